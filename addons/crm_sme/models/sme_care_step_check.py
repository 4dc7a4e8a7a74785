from odoo import api, fields, models
from odoo.tools import is_html_empty

from .care_choices import WRITTEN_CHANNELS


class SmeCareStepCheck(models.Model):
    """What a step still lacks, said on the step itself."""

    _inherit = "sme.care.step"

    problem = fields.Char(string="Missing", compute="_compute_problem")

    @api.depends(
        "channel",
        "content_ids.subject",
        "content_ids.body_html",
        "content_ids.sms_text",
        "content_ids.customer_kind_id",
        "coupon_program",
        "plan_id.customer_kind_ids",
    )
    @api.depends_context("lang")
    def _compute_problem(self):
        for step in self:
            step.problem = " ".join(step._problems())

    def _problems(self):
        """What keeps the step from being done, in the user's words.

        :rtype: list[str]
        """
        missing = self._missing_channels()
        if self.channel == "sms" and "sms" in missing:
            return [
                self.env._(
                    "SMS is not installed. Ask your administrator for the app SMS, "
                    "or choose another channel."
                )
            ]
        if self.channel == "coupon" and "coupon" in missing:
            return [
                self.env._(
                    "Coupons are not installed. Ask your administrator for the app "
                    "Coupons & Loyalty, or choose another channel."
                )
            ]
        if self.channel == "coupon" and not self.coupon_program:
            return [self.env._("Choose the coupon program.")]
        if self.channel in WRITTEN_CHANNELS:
            return self._text_problems()
        return []

    def _text_problems(self):
        contents = self.content_ids
        if not contents:
            return [self.env._("It has no text. Write one.")]
        problems = []
        if any(self._is_empty(content) for content in contents):
            problems.append(
                self.env._("A text is empty: write the message.")
                if self.channel == "sms"
                else self.env._("A text lacks its subject or its message.")
            )
        covered = contents.customer_kind_id
        if all(content.customer_kind_id for content in contents):
            wanted = self.plan_id.customer_kind_ids or self.env[
                "sme.customer.kind"
            ].search([("active", "=", True)])
            if left := wanted - covered:
                problems.append(
                    self.env._(
                        "No text for %(kinds)s: write one for them, or one for all "
                        "kinds.",
                        kinds=", ".join(left.mapped("name")),
                    )
                )
        return problems

    def _is_empty(self, content):
        if self.channel == "sms":
            return not (content.sms_text or "").strip()
        return not content.subject or is_html_empty(content.body_html)

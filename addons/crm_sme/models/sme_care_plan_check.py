from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ..metrics import care_audience, care_check
from ..metrics.as_of import AsOf
from ..tools.segments import read_domain
from .care_choices import YEARLY_TRIGGERS

# What a trigger needs, by field.
NEEDED = {
    "enter_stage": "trigger_stage_id",
    "enter_fade_state": "trigger_fade_state",
    "calendar": "calendar_id",
}


class SmeCarePlanCheck(models.Model):
    """What keeps a plan from starting, in words."""

    _inherit = "sme.care.plan"

    @api.constrains("domain")
    def _check_domain(self):
        for plan in self:
            plan._checked_domain()

    def _checked_domain(self):
        """Read the conditions and try them with the user's own rights.

        Not as superuser: a condition on a field that the user may not read would tell
        its content.

        :raises ValidationError: with what is wrong and how to write it
        """
        try:
            domain = read_domain(self.domain)
            # Odoo checks constraints as root, whoever writes.
            values = self.env["sme.customer.value"].with_user(self.env.uid)
            values.search(domain, limit=1)
        except (ValueError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "The conditions of the care plan “%(name)s” cannot be used: "
                    "%(reason)s\n\nUse plain values only, and relative dates like "
                    "'today -90d'.",
                    name=self.name,
                    reason=error,
                )
            ) from error

    @api.constrains("trigger", "trigger_days")
    def _check_trigger_days(self):
        for plan in self:
            if plan.trigger_days < 0 and plan.trigger not in YEARLY_TRIGGERS:
                raise ValidationError(
                    self.env._(
                        "Only before a day that returns each year a plan can begin "
                        "earlier. Write 0 or more days after the event."
                    )
                )

    def _check_ready(self):
        """Refuse to start a plan that could not work, with all that is missing.

        :raises UserError: one line for each thing to mend
        """
        self.ensure_one()
        problems = self._problems()
        if problems:
            raise UserError(
                self.env._(
                    "The care plan “%(name)s” cannot start yet:\n%(problems)s",
                    name=self.name,
                    problems="\n".join(f"• {problem}" for problem in problems),
                )
            )

    def _problems(self):
        """What is missing or wrong, in the user's words.

        :rtype: list[str]
        """
        problems = self._trigger_problems()
        if not self.step_ids:
            problems.append(
                self.env._(
                    "It has no step. Add at least one: what the customer gets, and "
                    "when."
                )
            )
        for step in self._ordered_steps():
            problems += [
                self.env._(
                    "Step “%(step)s”: %(problem)s", step=step.name, problem=problem
                )
                for problem in step._problems()
            ]
        return problems + self._sender_problems() + self._audience_problems()

    def _trigger_problems(self):
        if self.trigger == "enter_segment" and not (
            self.trigger_segment_ids or self.segment_ids
        ):
            return [self.env._("Choose the segments whose entering begins it.")]
        needed = NEEDED.get(self.trigger)
        if needed and not self[needed]:
            label = self._fields[needed].get_description(self.env)["string"]
            return [self.env._("Fill in “%(field)s”.", field=label)]
        if self.trigger != "every_n_days":
            return []
        problems = []
        if self.trigger_days < 1:
            problems.append(self.env._("Say every how many days it begins: 1 or more."))
        if not care_audience.has_conditions(self):
            problems.append(
                self.env._(
                    "It is for everybody, again and again. Choose for whom it is: a "
                    "segment, a tier, a stage, a kind or conditions."
                )
            )
        return problems

    def _sender_problems(self):
        mailed = self.step_ids.filtered(lambda s: s.channel in ("mail", "coupon"))
        sender = self.user_id.email or self.company_id.email
        if mailed and not sender:
            return [
                self.env._(
                    "Nobody can send its e-mails: enter an e-mail address for the "
                    "responsible person or for the company."
                )
            ]
        return []

    def _audience_problems(self):
        """Nobody to reach, or a language of the customers without texts."""
        as_of = AsOf.of_company(self.company_id)
        counts = care_check.languages(self.env, self, as_of)
        problems = self._language_problems(counts)
        if (
            care_audience.has_conditions(self)
            and not sum(counts.values())
            and not care_check.count_audience(self.env, self, as_of)
        ):
            problems.append(
                self.env._(
                    "Nobody belongs to its audience. Widen segments, tiers, stages, "
                    "kinds or conditions."
                )
            )
        return problems

    def _language_problems(self, counts):
        """Steps whose texts lack a language.

        :param dict counts: customers by language code
        :rtype: list[str]
        """
        active = dict(self.env["res.lang"].get_installed())
        langs = [code for code in counts if code in active and code != "en_US"]
        columns = {"mail": "body_html", "coupon": "body_html", "sms": "sms_text"}
        problems = []
        for step in self._ordered_steps().filtered(lambda s: s.channel in columns):
            missing = care_check.missing_translations(
                self.env, step.content_ids.ids, columns[step.channel], langs
            )
            problems += [
                self.env._(
                    "Step “%(step)s” has no text in %(language)s, the language of "
                    "%(count)s customers. Open the text and translate it.",
                    step=step.name,
                    language=active[lang],
                    count=counts[lang],
                )
                for lang in dict.fromkeys(lang for _id, lang in missing)
            ]
        return problems

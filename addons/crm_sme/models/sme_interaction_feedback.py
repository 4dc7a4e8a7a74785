from odoo import api, fields, models
from odoo.exceptions import UserError

from .sme_interaction import TALKS

# Kind of an interaction to the kind of the case that is made from it.
CASES = {
    "complaint": "complaint",
    "review": "complaint",
    "suggestion": "suggestion",
    "praise": "praise",
    "request": "request",
    "delivery_exception": "request",
}
GOOD_STARS = 4


class SmeInteractionFeedback(models.Model):
    """From a word of the customer to a case, and from an answer back to it."""

    _inherit = "sme.interaction"

    kind = fields.Selection(
        selection_add=[("request", "Request"), ("praise", "Praise")],
        ondelete={"request": "set default", "praise": "set default"},
    )
    feedback_ids = fields.One2many(
        "sme.feedback", "interaction_id", string="Cases Made from It"
    )

    case_ids = fields.One2many(
        "sme.feedback", "history_id", string="Case That Stands Here"
    )

    @api.model
    def _logged_activities(self, activities):
        """Calls and meetings about a case count; to-dos among colleagues do not."""
        return super()._logged_activities(activities) | activities.filtered(
            lambda each: (
                each.res_model == "sme.feedback"
                and self._kind_of_activity(each) in TALKS
            )
        )

    def _questions_meant(self):
        """What is said in one case answers no other case of the customer."""
        case = self.env.context.get("sme_case_id")
        if not case:
            return super()._questions_meant()
        return ["|", ("case_ids", "=", False), ("case_ids", "in", [case])]

    def write(self, vals):
        """An answer to the customer answers the case that stands here."""
        result = super().write(vals)
        if vals.get("answered_on"):
            # As root: the case is answered, whoever answered.
            cases = (
                self.env["sme.feedback"]
                .sudo()
                .search(
                    [("history_id", "in", self.ids), ("first_response_on", "=", False)]
                )
            )
            for case in cases:
                case.first_response_on = case.history_id.answered_on
        return result

    def action_make_feedback(self):
        """Make a case of what the customer said, or open the one made before.

        :raises UserError: something the company did, not the customer
        """
        self.ensure_one()
        feedback = (self.feedback_ids | self.case_ids)[:1]
        if not feedback:
            if self.direction == "out" and self.kind not in CASES:
                raise UserError(
                    self.env._(
                        "This is what you told the customer. Make a case from what the "
                        "customer said, or press New under Service."
                    )
                )
            feedback = self.env["sme.feedback"].create(self._feedback_values())
        return feedback._open_form()

    def _feedback_values(self):
        kind = CASES.get(self.kind, "request")
        if self.kind == "review" and self.score >= GOOD_STARS:
            kind = "praise"
        return {
            "kind": kind,
            "interaction_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "summary": self.summary,
            "description": self.body_text,
            "date": self.date,
            "product_id": self.product_id.id,
            "order_id": self.order_id.id,
            "shipment_id": self.shipment_id.id,
            "user_id": self.env.uid,
        }

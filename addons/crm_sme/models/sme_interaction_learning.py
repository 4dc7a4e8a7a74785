from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Kinds that move a customer's figures at once when a person notes them.
MOVING = ("complaint", "review", "suggestion")


class SmeInteractionLearning(models.Model):
    """Suggestions of customers, and what the company learned from them."""

    _inherit = "sme.interaction"

    kind = fields.Selection(
        selection_add=[("suggestion", "Suggestion")],
        ondelete={"suggestion": "set default"},
    )
    adopted = fields.Boolean(
        help="The company did what the customer suggested; then its points count for "
        "his learning value."
    )
    learning_points = fields.Integer(
        help="How much was learned from it: 1 a hint, 3 a better process, 10 a new "
        "product."
    )

    # What the service cost and the values are summed from, without the table.
    _worth_idx = models.Index(
        "(company_id, date) INCLUDE (partner_id, kind, score, source_id, adopted, "
        "learning_points) WHERE gone_on IS NULL AND kind IN ('call', 'mail', "
        "'meeting', 'message', 'visit', 'refund', 'delivery_exception', 'review', "
        "'complaint', 'suggestion')"
    )

    @api.constrains("learning_points")
    def _check_learning_points(self):
        for interaction in self:
            if interaction.learning_points < 0:
                raise ValidationError(
                    self.env._(
                        "Learning points cannot be below zero. Enter 0 if nothing was "
                        "learned."
                    )
                )

    @api.onchange("adopted")
    def _onchange_adopted(self):
        if self.adopted and not self.learning_points:
            self.learning_points = 1

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered(lambda i: i.kind in MOVING)._touch_customers()
        return interactions

    def write(self, vals):
        """Queue the customers whose value moves with it, before and after."""
        moves = vals.keys() & {
            *("adopted", "learning_points", "kind", "score", "partner_id", "gone_on")
        }
        if moves:
            self._touch_customers()
        result = super().write(vals)
        if moves:
            self._touch_customers()
        return result

    def _touch_customers(self):
        for company, interactions in self.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(interactions.partner_id, company)

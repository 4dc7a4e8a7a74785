from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """From which answer on a customer counts as unhappy, and how stages are worked."""

    _inherit = "res.company"

    sme_unhappy_recommend = fields.Integer(
        string="Unhappy up to (0 to 10)",
        default=4,
        help="Who would recommend us this much or less is a complaint; -1: nobody is.",
    )
    sme_unhappy_satisfaction = fields.Integer(
        string="Unhappy up to (1 to 5)",
        default=2,
        help="Who is satisfied this much or less is a complaint; 0: nobody is.",
    )
    sme_stage_plans = fields.Selection(
        [
            ("button", "With a button on the customer"),
            ("auto", "By itself when a customer comes to a stage"),
        ],
        string="Standard Plans Start",
        required=True,
        default="button",
    )

    @api.constrains("sme_unhappy_recommend", "sme_unhappy_satisfaction")
    def _check_sme_unhappy(self):
        for company in self:
            if not (
                -1 <= company.sme_unhappy_recommend <= 10
                and 0 <= company.sme_unhappy_satisfaction <= 5
            ):
                raise ValidationError(
                    self.env._(
                        "A customer is unhappy up to a recommendation of -1 (never) to "
                        "10 and a satisfaction of 0 (never) to 5."
                    )
                )

    def _sme_is_unhappy(self, values):
        """Whether answers are those of an unhappy customer.

        :param dict values: by meaning of the question
        :rtype: bool
        """
        self.ensure_one()
        return (
            values.get("recommend", 11) <= self.sme_unhappy_recommend
            or values.get("satisfaction", 6) <= self.sme_unhappy_satisfaction
        )

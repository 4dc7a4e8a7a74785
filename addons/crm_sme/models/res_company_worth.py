from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.price_level import first_guess

# Amounts of the first guess in euro; other currencies by the size of their numbers.
RATES = {
    "sme_cost_call": 3,
    "sme_cost_meeting": 40,
    "sme_cost_message": 1,
    "sme_cost_complaint": 15,
    "sme_cost_return": 8,
    "sme_cost_delivery": 6,
    "sme_acquisition_cost": 20,
    "sme_advocacy_rate": 5,
    "sme_learning_rate": 10,
}
WEIGHTS = (
    "sme_weight_existing",
    "sme_weight_potential",
    "sme_weight_influence",
    "sme_weight_learning",
)
PARTS_OF_ONE = ("sme_cross_damping", "sme_referral_share")


class ResCompany(models.Model):
    """What it costs to serve and to win a customer, and what counts how much."""

    _inherit = "res.company"

    sme_cost_call = fields.Monetary(
        string="A Call",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Working time of one phone call with what is noted afterwards.",
    )
    sme_cost_meeting = fields.Monetary(
        string="A Meeting or Visit",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Working time and the way there. Visits to a web-shop cost nothing.",
    )
    sme_cost_message = fields.Monetary(
        string="A Message or E-mail",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Working time to read or write one.",
    )
    sme_cost_complaint = fields.Monetary(
        string="A Complaint",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Working time until it is settled, without compensation.",
    )
    sme_cost_return = fields.Monetary(
        string="A Refund or Return",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Handling and freight. The money paid back is in the margin already.",
    )
    sme_cost_delivery = fields.Monetary(
        string="A Delivery Problem",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Inquiries and second delivery when a parcel is late, lost or comes back.",
    )
    sme_acquisition_cost = fields.Monetary(
        string="Cost to Win a Customer",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="Advertising and sales work for one new customer; charged to the first "
        "12 months after the first order, a twelfth a month.",
    )
    sme_advocacy_rate = fields.Monetary(
        string="A Good Review",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="What a review of four or five stars is worth to you.",
    )
    sme_learning_rate = fields.Monetary(
        string="A Learning Point",
        compute="_compute_sme_rates",
        store=True,
        readonly=False,
        help="What one point of an adopted suggestion is worth to you.",
    )
    sme_cross_damping = fields.Float(
        string="Part of Cross-selling that Comes True",
        default=0.2,
        digits=(16, 4),
        help="Only this part of what customers who spend alike buy in other categories "
        "counts as potential.",
    )
    sme_referral_share = fields.Float(
        string="Share of Referred Margin",
        default=0.1,
        digits=(16, 4),
        help="This part of the 12-month margin of customers won by recommendation "
        "counts for who recommended you.",
    )
    sme_weight_existing = fields.Float(
        string="Weight of Existing Value", default=1.0, digits=(16, 2)
    )
    sme_weight_potential = fields.Float(
        string="Weight of Potential Value", default=1.0, digits=(16, 2)
    )
    sme_weight_influence = fields.Float(
        string="Weight of Influence Value", default=1.0, digits=(16, 2)
    )
    sme_weight_learning = fields.Float(
        string="Weight of Learning Value", default=1.0, digits=(16, 2)
    )

    @api.depends("currency_id")
    def _compute_sme_rates(self):
        """Guess costs for a new company; what somebody set stays."""
        for company in self:
            if any(company[name] for name in RATES):
                continue
            currency = company.currency_id.name or "EUR"
            for name, amount in RATES.items():
                company[name] = float(first_guess(amount, currency))

    @api.constrains(*RATES)
    def _check_sme_rates(self):
        for company in self:
            wrong = [name for name in RATES if company[name] < 0]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Costs and rates of the customer value cannot be below zero. "
                        "Enter 0 where nothing shall count: %(fields)s.",
                        fields=company._sme_labels(wrong),
                    )
                )

    @api.constrains(*WEIGHTS)
    def _check_sme_weights(self):
        for company in self:
            wrong = [name for name in WEIGHTS if company[name] < 0]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Weights cannot be below zero. Enter 1 to count a part fully, "
                        "0 to leave it out: %(fields)s.",
                        fields=company._sme_labels(wrong),
                    )
                )

    @api.constrains(*PARTS_OF_ONE)
    def _check_sme_parts_of_one(self):
        for company in self:
            wrong = [name for name in PARTS_OF_ONE if not 0 <= company[name] <= 1]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Enter a part between 0 and 100 %%: %(fields)s.",
                        fields=company._sme_labels(wrong),
                    )
                )

    def _sme_labels(self, names):
        """Labels of fields in the user's language, joined.

        :param list names: names of fields
        :rtype: str
        """
        described = self.fields_get(names, ["string"])
        return ", ".join(described[name]["string"] for name in names)

from odoo import api, fields, models
from odoo.exceptions import ValidationError

GAINS = ("product_score", "service_score", "image_score")
COSTS = ("money_score", "time_score", "effort_score")


class SmeDeliveredScore(models.Model):
    """What a customer says he gets from us, and what it costs him, 1 to 10 each.

    Asked in a survey or noted after a talk; the latest of a person counts.
    """

    _name = "sme.delivered.score"
    _inherit = "sme.answer.scored"
    _description = "Delivered Value"

    product_score = fields.Integer(
        string="Product",
        required=True,
        default=5,
        aggregator="avg",
        help="Gain: how good the goods are, 1 poor to 10 excellent.",
    )
    service_score = fields.Integer(
        string="Service",
        required=True,
        default=5,
        aggregator="avg",
        help="Gain: how well the customer is served, 1 poor to 10 excellent.",
    )
    image_score = fields.Integer(
        string="Image",
        required=True,
        default=5,
        aggregator="avg",
        help="Gain: what the brand gives the customer, 1 nothing to 10 much.",
    )
    money_score = fields.Integer(
        string="Money",
        required=True,
        default=5,
        aggregator="avg",
        help="Cost: how expensive it feels, 1 cheap to 10 dear.",
    )
    time_score = fields.Integer(
        string="Time",
        required=True,
        default=5,
        aggregator="avg",
        help="Cost: how long buying and waiting takes, 1 short to 10 long.",
    )
    effort_score = fields.Integer(
        string="Effort",
        required=True,
        default=5,
        aggregator="avg",
        help="Cost: how troublesome it is, 1 easy to 10 hard.",
    )
    delivered_value = fields.Float(
        compute="_compute_delivered_value",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        help="Mean of the gains less mean of the costs, -9 to 9.",
    )
    note = fields.Text()

    @api.depends(*GAINS, *COSTS)
    def _compute_delivered_value(self):
        for score in self:
            gains = sum(score[name] for name in GAINS)
            costs = sum(score[name] for name in COSTS)
            score.delivered_value = (gains - costs) / len(GAINS)

    @api.constrains(*GAINS, *COSTS)
    def _check_scores(self):
        for score in self:
            if not all(1 <= score[name] <= 10 for name in (*GAINS, *COSTS)):
                raise ValidationError(
                    self.env._(
                        "Each of the six scores is a whole number from 1 to 10; "
                        "leave 5 where the customer said nothing."
                    )
                )

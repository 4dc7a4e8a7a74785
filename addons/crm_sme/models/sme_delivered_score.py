from odoo import api, fields, models
from odoo.exceptions import ValidationError

GAINS = ("product_score", "service_score", "image_score")
COSTS = ("money_score", "time_score", "effort_score")


class SmeDeliveredScore(models.Model):
    """What a customer says he gets from us, and what it costs him, 1 to 10 each.

    Asked in a survey or noted after a talk; the latest of a person counts.
    """

    _name = "sme.delivered.score"
    _description = "Delivered Value"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
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
    survey_user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Answer",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )
    note = fields.Text()

    # One answer to a survey is one score, however often it is taken over.
    _answer_unique = models.UniqueIndex(
        "(survey_user_input_id) WHERE survey_user_input_id IS NOT NULL"
    )
    _company_date_idx = models.Index("(company_id, date)")

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

    @api.model_create_multi
    def create(self, vals_list):
        scores = super().create(vals_list)
        scores._touch_customers()
        return scores

    def write(self, vals):
        """Queue the customers before and after, since a score may change hands."""
        self._touch_customers()
        result = super().write(vals)
        self._touch_customers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_touch_customers(self):
        self._touch_customers()

    def _touch_customers(self):
        for company, scores in self.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(scores.partner_id, company)

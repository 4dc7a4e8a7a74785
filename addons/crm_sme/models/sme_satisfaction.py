from odoo import api, fields, models
from odoo.exceptions import ValidationError

PROMOTER, PASSIVE = 9, 7


class SmeSatisfaction(models.Model):
    """How satisfied a customer says he is, and whether he would recommend us.

    Asked in a survey or noted after a talk; the latest of a person counts.
    """

    _name = "sme.satisfaction"
    _inherit = "sme.answer.scored"
    _description = "Satisfaction"

    has_nps = fields.Boolean(string="Asked for a Recommendation", default=True)
    recommend_score = fields.Integer(
        string="Would Recommend Us",
        default=10,
        aggregator="avg",
        help="0 not at all to 10 surely.",
    )
    nps_class = fields.Selection(
        [
            ("promoter", "Promoter (9-10)"),
            ("passive", "Passive (7-8)"),
            ("detractor", "Detractor (0-6)"),
        ],
        string="Kind of Answer",
        compute="_compute_nps_class",
        store=True,
    )
    satisfaction = fields.Integer(
        string="Satisfaction (1 to 5)",
        aggregator="avg",
        help="1 not at all to 5 very; 0: not asked.",
    )
    comment = fields.Text()

    @api.depends("has_nps", "recommend_score")
    def _compute_nps_class(self):
        for answer in self:
            if not answer.has_nps:
                answer.nps_class = False
            elif answer.recommend_score >= PROMOTER:
                answer.nps_class = "promoter"
            elif answer.recommend_score >= PASSIVE:
                answer.nps_class = "passive"
            else:
                answer.nps_class = "detractor"

    @api.constrains("recommend_score", "satisfaction")
    def _check_scores(self):
        for answer in self:
            fits = 0 <= answer.recommend_score <= 10
            if not fits or not 0 <= answer.satisfaction <= 5:
                raise ValidationError(
                    self.env._(
                        "A recommendation is a whole number from 0 to 10, satisfaction "
                        "one from 1 to 5; leave 0 where it was not asked."
                    )
                )

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PROMOTER, PASSIVE = 9, 7


class SmeSatisfaction(models.Model):
    """How satisfied a customer says he is, and whether he would recommend us.

    Asked in a survey or noted after a talk; the latest of a person counts.
    """

    _name = "sme.satisfaction"
    _description = "Satisfaction"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
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
    segment_id = fields.Many2one(
        "sme.segment",
        string="Segment at the Time",
        compute="_compute_segment_id",
        store=True,
        precompute=True,
        compute_sudo=True,
        ondelete="set null",
    )
    survey_user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Answer",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )

    # One answer to a survey is one score, however often it is taken over.
    _answer_unique = models.UniqueIndex(
        "(survey_user_input_id) WHERE survey_user_input_id IS NOT NULL"
    )
    _company_date_idx = models.Index("(company_id, date)")

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

    @api.depends("partner_id")
    def _compute_segment_id(self):
        """Keep the segment that the customer had when he answered."""
        values = self.env["sme.customer.value"]
        for company, answers in self.grouped("company_id").items():
            segments = values._segments_of(answers.partner_id, company)
            for answer in answers:
                head = answer.partner_id.commercial_partner_id
                answer.segment_id = segments.get(head.id)

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

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._touch_customers()
        return answers

    def write(self, vals):
        """Queue the customers before and after, since an answer may change hands."""
        self._touch_customers()
        result = super().write(vals)
        self._touch_customers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_touch_customers(self):
        self._touch_customers()

    def _touch_customers(self):
        for company, answers in self.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(answers.partner_id, company)

from odoo import fields, models
from odoo.tools import SQL


class SmeSatisfactionReport(models.Model):
    """Satisfaction and Net Promoter Score; what was not asked is no zero."""

    _name = "sme.satisfaction.report"
    _description = "Satisfaction Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "sme.satisfaction": [
            *("company_id", "partner_id", "date", "has_nps", "recommend_score"),
            *("nps_class", "satisfaction", "segment_id", "survey_user_input_id"),
        ],
        "survey.user_input": ["survey_id"],
        "res.partner": ["user_id", "commercial_partner_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    date = fields.Date(readonly=True)
    survey_id = fields.Many2one("survey.survey", readonly=True)
    segment_id = fields.Many2one(
        "sme.segment", string="Segment at the Time", readonly=True
    )
    tier_id = fields.Many2one("sme.value.tier", readonly=True)
    nps_class = fields.Selection(
        [
            ("promoter", "Promoter (9-10)"),
            ("passive", "Passive (7-8)"),
            ("detractor", "Detractor (0-6)"),
        ],
        string="Kind of Answer",
        readonly=True,
    )
    nps = fields.Float(
        string="Net Promoter Score",
        readonly=True,
        aggregator="avg",
        digits=(16, 0),
        help="Promoters less detractors in per cent of those asked: -100 to 100.",
    )
    recommend_score = fields.Float(
        string="Would Recommend Us",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
    )
    satisfaction = fields.Float(
        string="Satisfaction (1 to 5)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.company_id, s.partner_id, p.user_id, s.date,
                   a.survey_id, s.segment_id, v.tier_id, s.nps_class,
                   CASE s.nps_class WHEN 'promoter' THEN 100 WHEN 'passive' THEN 0
                        WHEN 'detractor' THEN -100 END::float8 AS nps,
                   CASE WHEN s.has_nps THEN s.recommend_score END::float8
                       AS recommend_score,
                   nullif(s.satisfaction, 0)::float8 AS satisfaction
              FROM sme_satisfaction s
              JOIN res_partner p ON p.id = s.partner_id
              LEFT JOIN survey_user_input a ON a.id = s.survey_user_input_id
              LEFT JOIN sme_customer_value v ON v.partner_id = p.commercial_partner_id
                                            AND v.company_id = s.company_id
            """
        )

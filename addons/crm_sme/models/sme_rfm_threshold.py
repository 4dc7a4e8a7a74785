from odoo import fields, models


class SmeRfmThreshold(models.Model):
    """Limits between the five classes of recency, frequency or monetary value.

    Written by the nightly refresh; the refreshes of single customers go by them.
    """

    _name = "sme.rfm.threshold"
    _description = "RFM Threshold"
    _order = "company_id, measure"
    _rec_name = "measure"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    measure = fields.Selection(
        [
            ("recency", "Recency"),
            ("frequency", "Frequency"),
            ("monetary", "Monetary value"),
            ("rhythm", "Rhythm"),
            ("price", "Price of a piece"),
            ("segment_rhythm", "Rhythm by segment"),
        ],
        required=True,
    )
    limits = fields.Json(
        help="Four rising limits; the score is 1 + the number of limits below the "
        "value. None while fewer than five customers bought. Recency: days since the "
        "last order, negated. Rhythm: the median of the customers' days between two "
        "orders; by segment where 20 customers have a rhythm of their own. Price: "
        "where the lowest and the middle third of the customers end.",
    )
    computed_on = fields.Datetime()

    _measure_unique = models.Constraint(
        "UNIQUE(company_id, measure)", "A measure has one set of limits a company."
    )

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

DIMENSIONS = [
    ("cause", "Cause"),
    ("product", "Product"),
    ("vendor", "Supplier"),
    ("carrier", "Carrier"),
    ("department", "Department"),
]
PERIODS = [
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    ("365", "Last 12 months"),
]
# Up to here the few that make most of the trouble; then the many that make little.
FEW, SOME = 0.8, 0.95


class SmeFeedbackPareto(models.Model):
    """The few causes, goods, suppliers and carriers behind most complaints.

    Complaints and parcels in trouble count, each case once; the share is that of the
    cases that name one. Rows stand for each period and each way to look at it.
    """

    _name = "sme.feedback.pareto"
    _description = "Where Complaints Come From"
    _auto = False
    _order = "dimension, period, position, id"
    _rec_name = "label"
    _depends = {
        "sme.feedback": [
            *("date", "company_id", "kind", "origin", "stage_id", "cause_id"),
            *("product_id", "vendor_id", "carrier", "department", "is_open"),
            "compensation_amount",
        ],
        "sme.feedback.stage": ["is_refused"],
        "sme.feedback.cause": ["name"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["name"],
        "res.partner": ["name"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    dimension = fields.Selection(DIMENSIONS, string="By", readonly=True)
    period = fields.Selection(PERIODS, readonly=True)
    label = fields.Char(string="Name", readonly=True)
    key = fields.Char(readonly=True)
    position = fields.Integer(string="Rank", aggregator=None, readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    open_count = fields.Integer(string="Open Cases", readonly=True)
    share = fields.Float(aggregator="sum", readonly=True)
    cumulative_share = fields.Float(
        string="Together",
        aggregator="max",
        readonly=True,
        help="Share of this row and all before it.",
    )
    weight = fields.Selection(
        [
            ("a", "A: mend first"),
            ("b", "B: mend next"),
            ("c", "C: watch"),
        ],
        string="Class",
        readonly=True,
        help="A: the few that make 80 % of the cases; B: up to 95 %; C: the rest.",
    )
    compensation_amount = fields.Monetary(string="Compensation", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (
                       ORDER BY company_id, dimension, period::int, position
                   )::int AS id, ranked.*,
                   CASE WHEN cumulative_share - share < %(few)s THEN 'a'
                        WHEN cumulative_share - share < %(some)s THEN 'b'
                        ELSE 'c' END AS weight
              FROM (
                   SELECT counted.*,
                          row_number() OVER pile AS position,
                          case_count::float8 / sum(case_count) OVER whole AS share,
                          (sum(case_count) OVER pile)::float8
                          / sum(case_count) OVER whole AS cumulative_share
                     FROM (%(counted)s) counted
                   WINDOW whole AS (PARTITION BY company_id, dimension, period),
                          pile AS (PARTITION BY company_id, dimension, period
                                   ORDER BY case_count DESC, label, key
                                   ROWS UNBOUNDED PRECEDING)
              ) ranked
            """,
            few=FEW,
            some=SOME,
            counted=self._counted(),
        )

    def _counted(self):
        """Cases by company, way to look at it, period and name."""
        now = fields.Datetime.now()
        periods = SQL(", ").join(
            SQL("(%s, %s::timestamp)", days, now - timedelta(days=int(days)))
            for days, _label in PERIODS
        )
        return SQL(
            """
            SELECT f.company_id, way.dimension, span.period, way.key,
                   min(way.label) AS label, count(*)::int AS case_count,
                   (count(*) FILTER (WHERE f.is_open))::int AS open_count,
                   sum(f.compensation_amount) AS compensation_amount
              FROM sme_feedback f
              JOIN sme_feedback_stage s ON s.id = f.stage_id
              JOIN (VALUES %(periods)s) span(period, since) ON f.date >= span.since
              LEFT JOIN sme_feedback_cause c ON c.id = f.cause_id
              LEFT JOIN product_product p ON p.id = f.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN res_partner v ON v.id = f.vendor_id
             CROSS JOIN LATERAL (VALUES
                   ('cause', f.cause_id::text,
                    coalesce(c.name->>%(lang)s, c.name->>'en_US')),
                   ('product', f.product_id::text,
                    coalesce(t.name->>%(lang)s, t.name->>'en_US')),
                   ('vendor', f.vendor_id::text, v.name),
                   ('carrier', f.carrier, f.carrier),
                   ('department', f.department, %(departments)s)
             ) way(dimension, key, label)
             WHERE way.key IS NOT NULL AND way.label IS NOT NULL
                   AND (f.kind = 'complaint' OR f.origin = 'delivery')
                   AND NOT coalesce(s.is_refused, FALSE)
             GROUP BY f.company_id, way.dimension, span.period, way.key
            """,
            periods=periods,
            lang=self.env.lang or "en_US",
            departments=self._departments(),
        )

    def _departments(self):
        """Names of the departments in the user's language, as SQL."""
        field = self.env["sme.feedback"]._fields["department"]
        choices = field._description_selection(self.env)
        return SQL(
            "CASE f.department %s END",
            SQL(" ").join(SQL("WHEN %s THEN %s", key, name) for key, name in choices),
        )

    def action_view_cases(self):
        """Open the cases of the row."""
        self.ensure_one()
        names = {
            "cause": "cause_id",
            "product": "product_id",
            "vendor": "vendor_id",
            "carrier": "carrier",
            "department": "department",
        }
        is_id = self.dimension in ("cause", "product", "vendor")
        since = fields.Datetime.now() - timedelta(days=int(self.period))
        return {
            "type": "ir.actions.act_window",
            "name": self.label,
            "res_model": "sme.feedback",
            "view_mode": "list,form",
            "domain": [
                (names[self.dimension], "=", int(self.key) if is_id else self.key),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", since),
                ("stage_id.is_refused", "=", False),
                *("|", ("kind", "=", "complaint"), ("origin", "=", "delivery")),
            ],
        }

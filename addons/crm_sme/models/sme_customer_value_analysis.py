from odoo import api, fields, models
from odoo.tools import SQL

from ..metrics.refresh import planner

TOP_PART = 0.1
# The index stays in memory; and groups are few, however many the planner expects when
# it sorts them by the name of the salesperson: hashing them beats sorting all rows.
READING = {"random_page_cost": "1.1", "enable_sort": "off"}


class SmeCustomerValueAnalysis(models.Model):
    """What the analyses of customers compare: rates over a group, not sums of rates."""

    _name = "sme.customer.value"
    _inherit = ["sme.customer.value", "sme.analysis.rates"]
    _rates = {"margin_net_12m": (("margin_12m",), ("service_cost",), None)}

    # What the analyses and the heat map open with, so that they read this narrow index
    # and not the wide rows; in the order of the list of customers, which then reads its
    # page alone. Only columns that few customers change in a night.
    _analysis_idx = models.Index(
        "(company_id, revenue_12m DESC, id) INCLUDE (partner_id, tier_id, fade_state, "
        "loyalty_kind, segment_id, user_id, r_score, f_score, m_score, order_count, "
        "first_order_date, margin_12m)"
    )

    margin_net_12m = fields.Monetary(
        string="Margin after Service, 12 Months",
        compute="_compute_analysis",
        aggregator="sum",
    )
    revenue_at_risk = fields.Monetary(
        compute="_compute_analysis",
        aggregator="sum",
        help="Revenue of 12 months of customers who are fading or lapsed.",
    )
    repeat_rate = fields.Float(
        compute="_compute_analysis",
        aggregator="avg",
        help="Part of the buyers who bought more than once.",
    )
    fading_share = fields.Float(
        string="Fading %",
        compute="_compute_analysis",
        aggregator="avg",
        help="Part of the buyers who are to watch or fading.",
    )
    lost_share = fields.Float(
        string="Lost %",
        compute="_compute_analysis",
        aggregator="avg",
        help="Part of the buyers who are lapsed or lost.",
    )
    top_share = fields.Float(
        string="Top 10 % of Customers",
        compute="_compute_analysis",
        aggregator="avg",
        help="Concentration: part of the revenue of 12 months that comes from the 10 % "
        "of the company's buyers with the most revenue.",
    )
    tenure_days = fields.Float(
        string="Customer for (days)",
        compute="_compute_analysis",
        aggregator="avg",
        digits=(16, 0),
        help="Days since the first order.",
    )

    @api.depends(
        *("margin_12m", "service_cost", "fade_state", "order_count", "revenue_12m"),
        "first_order_date",
    )
    def _compute_analysis(self):
        """Fill the figures of single rows; for groups see ``_read_group_select``."""
        today = fields.Date.context_today(self)
        limit = self._top_limit()
        for row in self:
            bought = row.order_count > 0
            first = row.first_order_date
            row.margin_net_12m = row.margin_12m - row.service_cost
            row.revenue_at_risk = (
                row.revenue_12m if row.fade_state in ("fading", "lapsed") else 0
            )
            row.repeat_rate = float(row.order_count > 1)
            row.fading_share = float(bought and row.fade_state in ("watch", "fading"))
            row.lost_share = float(bought and row.fade_state in ("lapsed", "lost"))
            row.top_share = float(row.revenue_12m > 0 and row.revenue_12m >= limit)
            row.tenure_days = (today - first).days if first else 0

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        with planner(self.env.cr, READING):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    def _read_group_select(self, aggregate_spec, query):
        name, _sep, function = aggregate_spec.partition(":")
        if function in ("sum", "avg", "sum_currency"):
            over_group = {
                "repeat_rate": self._repeat_rate_sql,
                "fading_share": lambda: self._state_share_sql("watch", "fading"),
                "lost_share": lambda: self._state_share_sql("lapsed", "lost"),
                "revenue_at_risk": self._at_risk_sql,
                "tenure_days": self._tenure_sql,
                "top_share": self._top_share_sql,
            }.get(name)
            if over_group:
                return over_group()
        return super()._read_group_select(aggregate_spec, query)

    def _column(self, name):
        return SQL.identifier(self._table, name)

    def _repeat_rate_sql(self):
        count = self._column("order_count")
        return SQL("avg((%s > 1)::int) FILTER (WHERE %s > 0)", count, count)

    def _state_share_sql(self, *states):
        """Part of the buyers, not of everybody, who are in one of the states."""
        return SQL(
            "avg((%s = ANY(%s))::int) FILTER (WHERE %s > 0)",
            self._column("fade_state"),
            list(states),
            self._column("order_count"),
        )

    def _at_risk_sql(self):
        return SQL(
            "sum(%s) FILTER (WHERE %s IN ('fading', 'lapsed'))",
            self._column("revenue_12m"),
            self._column("fade_state"),
        )

    def _tenure_sql(self):
        today = fields.Date.context_today(self)
        return SQL("avg(%s - %s)", today, self._column("first_order_date"))

    def _top_share_sql(self):
        revenue = self._column("revenue_12m")
        return SQL(
            "sum(%s) FILTER (WHERE %s > 0 AND %s >= %s) / nullif(sum(%s), 0)",
            *(revenue, revenue, revenue, self._top_limit(), revenue),
        )

    def _top_limit(self):
        """Revenue of 12 months from which on a buyer is among the top 10 %.

        :return: of all companies that are looked at, together
        :rtype: float
        """
        found = self.env.execute_query(
            SQL(
                "SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY revenue_12m) "
                "FROM sme_customer_value "
                "WHERE revenue_12m > 0 AND company_id = ANY(%s)",
                1 - TOP_PART,
                self.env.companies.ids,
            )
        )
        return found[0][0] or 0

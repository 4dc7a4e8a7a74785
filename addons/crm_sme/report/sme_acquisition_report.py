from odoo import fields, models
from odoo.tools import SQL


class SmeAcquisitionReport(models.Model):
    """What a new customer costs, next to what keeping one costs, month by month."""

    _name = "sme.acquisition.report"
    _description = "Cost to Win, Cost to Keep"
    _auto = False
    _order = "month desc, id"
    _rec_name = "month"
    _depends = {
        "sme.acquisition.cost": ["company_id", "month", "amount"],
        "sme.campaign.cost": ["company_id", "date", "amount", "wins_customers"],
        "sme.customer.stock.report": [
            "company_id",
            "month",
            "new_count",
            "closing_count",
            "service_cost",
        ],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(readonly=True)
    acquisition_cost = fields.Monetary(
        string="Cost of Winning", readonly=True, help="All that was spent in the month."
    )
    new_count = fields.Integer(string="New Customers", readonly=True)
    cost_to_win = fields.Monetary(
        string="Cost per New Customer",
        readonly=True,
        aggregator="avg",
        help="Spent in the month, by the customers with their first order in it.",
    )
    service_cost = fields.Monetary(
        string="Cost of Keeping",
        readonly=True,
        help="One twelfth of the service cost of 12 months of all in stock.",
    )
    closing_count = fields.Integer(
        string="Customers in Stock", readonly=True, aggregator="avg"
    )
    cost_to_keep = fields.Monetary(
        string="Cost per Kept Customer",
        readonly=True,
        aggregator="avg",
        help="Cost of keeping in the month, by the customers in stock at its end.",
    )
    ratio = fields.Float(
        string="Win to Keep",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="How many customers could be kept for a month for the cost of a new one.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT months.*,
                   round(acquisition_cost / nullif(new_count, 0), 2) AS cost_to_win,
                   round(service_cost / nullif(closing_count, 0), 2) AS cost_to_keep,
                   round((acquisition_cost / nullif(new_count, 0))
                       / nullif(service_cost / nullif(closing_count, 0), 0), 1)::float8
                       AS ratio
              FROM (
                   SELECT company_id * 100000 + (extract(year FROM month) * 12
                              + extract(month FROM month))::int AS id,
                          company_id, month, sum(amount) AS acquisition_cost,
                          sum(new_count)::int AS new_count,
                          sum(closing_count)::int AS closing_count,
                          sum(service_cost) AS service_cost
                     FROM (
                          SELECT company_id, month, NULL::numeric AS amount,
                                 new_count, closing_count, service_cost
                            FROM sme_customer_stock_report
                           UNION ALL
                          SELECT company_id, month, amount, 0, 0, NULL
                            FROM sme_acquisition_cost
                           UNION ALL
                          SELECT company_id, date_trunc('month', date)::date, amount,
                                 0, 0, NULL
                            FROM sme_campaign_cost WHERE wins_customers
                     ) parts
                    GROUP BY company_id, month
              ) months
            """
        )

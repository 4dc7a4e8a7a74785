from odoo import api, fields, models

from ..metrics import campaigns
from .utm_campaign import USER


class UtmCampaignResults(models.Model):
    """What came of a campaign beside what was planned; rates are those of sums."""

    _name = "utm.campaign"
    _inherit = ["utm.campaign", "sme.analysis.rates"]
    _rates = {
        "roi": (("margin_total",), ("cost_total",), ("cost_total",)),
        "reached": (("revenue_total",), (), ("planned_revenue",)),
        "cost_per_lead": (("cost_total",), (), ("lead_total",)),
        "cost_per_order": (("cost_total",), (), ("order_total",)),
        "cost_per_customer": (("cost_total",), (), ("new_customer_total",)),
    }

    lead_total = fields.Integer(string="Leads", readonly=True, copy=False)
    order_total = fields.Integer(string="Orders", readonly=True, copy=False)
    customer_total = fields.Integer(string="Buyers", readonly=True, copy=False)
    new_customer_total = fields.Integer(
        string="New Customers",
        readonly=True,
        copy=False,
        help="Buyers whose first order counts for the campaign.",
    )
    revenue_total = fields.Monetary(
        string="Revenue",
        readonly=True,
        copy=False,
        groups=USER,
        help="Orders of shops and of Odoo without tax, refunds taken off; no invoices.",
    )
    margin_total = fields.Monetary(
        string="Margin", readonly=True, copy=False, groups=USER
    )
    care_cost = fields.Monetary(
        string="Cost of Care",
        readonly=True,
        copy=False,
        groups=USER,
        help="What the touches of its care plans cost.",
    )
    computed_on = fields.Datetime(string="Results of", readonly=True, copy=False)
    cost_total = fields.Monetary(
        string="Cost",
        compute="_compute_cost_total",
        store=True,
        compute_sudo=True,
        groups=USER,
        help="Cost lines, costs to win customers that name the campaign, and care.",
    )
    budget_left = fields.Monetary(
        compute="_compute_rates", store=True, compute_sudo=True, groups=USER
    )
    profit = fields.Monetary(
        string="Margin less Cost",
        compute="_compute_rates",
        store=True,
        compute_sudo=True,
        groups=USER,
    )
    cost_per_lead = fields.Monetary(
        compute="_compute_rates", store=True, compute_sudo=True, groups=USER
    )
    cost_per_order = fields.Monetary(
        compute="_compute_rates", store=True, compute_sudo=True, groups=USER
    )
    cost_per_customer = fields.Monetary(
        string="Cost per New Customer",
        compute="_compute_rates",
        store=True,
        compute_sudo=True,
        groups=USER,
    )
    roi = fields.Float(
        string="ROI",
        compute="_compute_rates",
        store=True,
        compute_sudo=True,
        groups=USER,
        help="Margin less cost, by the cost: 50 % means that each unit spent came back "
        "with a half more.",
    )
    reached = fields.Float(
        compute="_compute_rates",
        store=True,
        compute_sudo=True,
        groups=USER,
        help="Revenue by the planned one.",
    )

    @api.depends("cost_ids.amount", "acquisition_cost_ids.amount", "care_cost")
    def _compute_cost_total(self):
        for campaign in self:
            campaign.cost_total = (
                sum(campaign.cost_ids.mapped("amount"))
                + sum(campaign.acquisition_cost_ids.mapped("amount"))
                + campaign.care_cost
            )

    @api.depends(
        *("cost_total", "budget", "lead_total", "order_total", "new_customer_total"),
        *("revenue_total", "margin_total", "planned_revenue"),
    )
    def _compute_rates(self):
        for campaign in self:
            cost = campaign.cost_total
            campaign.budget_left = campaign.budget - cost
            campaign.profit = campaign.margin_total - cost
            campaign.cost_per_lead = _rate(cost, campaign.lead_total)
            campaign.cost_per_order = _rate(cost, campaign.order_total)
            campaign.cost_per_customer = _rate(cost, campaign.new_customer_total)
            campaign.roi = _rate(campaign.profit, cost)
            campaign.reached = _rate(campaign.revenue_total, campaign.planned_revenue)

    @api.model
    def _refresh_results(self):
        """Bring the results of all campaigns up to date.

        :return: campaigns whose results changed
        :rtype: recordset
        """
        found = self.sudo().browse(campaigns.refresh(self.env))
        found.invalidate_recordset()
        found.modified(campaigns.RESULTS)
        found.flush_recordset()
        return found

    @api.model
    def _cron_refresh_results(self):
        """Hourly: what came of the campaigns."""
        self._refresh_results()

    @api.model
    def _coupons_of(self, company):
        """Coupons of campaigns, in small letters, without blanks.

        :param company: record of ``res.company``
        :return: code and id of the campaign; a code of two counts for the first
        :rtype: list[tuple[str, int]]
        """
        found = {}
        for campaign in self.search_fetch(
            [("coupon_codes", "!=", False), ("company_id", "in", [False, company.id])],
            ["coupon_codes"],
            order="id",
        ):
            for code in campaign.coupon_codes.replace(";", ",").split(","):
                found.setdefault(code.replace(" ", "").lower(), campaign.id)
        found.pop("", None)
        return list(found.items())


def _rate(part, whole):
    return part / whole if whole else 0

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..metrics import forecast_library, holdout, touched
from ..metrics.forecast_forms import Forms
from ..tools.trust import LEVELS

# A check on the past is believed for a quarter.
CHECK_HOLDS = timedelta(days=92)
LEVEL_NAMES = [("low", "Low"), ("medium", "Medium"), ("high", "High")]


class SmeForecast(models.Model):
    """What was learnt of when a company's customers order, and how well it foresees.

    One row a fit; the newest of a company counts, the others are its history.
    Written by the refresh, never by hand.
    """

    _name = "sme.forecast"
    _description = "Forecast"
    _order = "fitted_on desc, id desc"
    _rec_name = "fitted_on"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    fitted_on = fields.Datetime(string="Learnt On", required=True, readonly=True)

    # digits=0: kept as they came, ten decimals and more.
    r = fields.Float(string="r", digits=0, readonly=True)
    alpha = fields.Float(
        string="alpha",
        digits=0,
        readonly=True,
        help="In weeks, as the model sees time.",
    )
    a = fields.Float(string="a", digits=0, readonly=True)
    b = fields.Float(string="b", digits=0, readonly=True)
    p = fields.Float(string="p", digits=0, readonly=True)
    q = fields.Float(string="q", digits=0, readonly=True)
    v = fields.Float(
        string="v", digits=0, readonly=True, help="In the company's currency."
    )
    log_likelihood = fields.Float(
        string="Log-Likelihood, Orders", readonly=True, digits=(16, 3)
    )
    value_log_likelihood = fields.Float(
        string="Log-Likelihood, Values", readonly=True, digits=(16, 3)
    )
    correlation = fields.Float(
        readonly=True,
        digits=(16, 3),
        help="Of how often customers order and what an order is worth; far from 0 the "
        "expected revenue is less sure.",
    )
    duration = fields.Float(string="Seconds Taken", readonly=True, digits=(16, 2))

    customers = fields.Integer(readonly=True, help="Customers who have bought.")
    repeat_buyers = fields.Integer(
        readonly=True, help="Customers with orders on more than one day."
    )
    history_days = fields.Integer(string="History (days)", readonly=True)
    margin_share = fields.Float(
        string="Margin of the Orders",
        readonly=True,
        digits=(16, 3),
        help="Part of the revenue that was margin, over orders whose cost is known.",
    )
    doubts = fields.Json(readonly=True)
    trust = fields.Selection(
        LEVEL_NAMES,
        string="How Far to Trust It",
        readonly=True,
        required=True,
        help="High: at least 500 customers, a year of history and no doubt. Low: fewer "
        "than 100 customers, less than half a year, no order for two months, or it "
        "failed the last check.",
    )

    checked_on = fields.Datetime(readonly=True)
    check_day = fields.Date(
        string="Cut On",
        readonly=True,
        help="The check learns from the orders up to this day and foresees the rest.",
    )
    check_days = fields.Integer(string="Days Foreseen", readonly=True)
    check_customers = fields.Integer(string="Customers Checked", readonly=True)
    check_trust = fields.Selection(LEVEL_NAMES, string="Verdict", readonly=True)
    orders_actual = fields.Integer(
        string="Orders That Came",
        readonly=True,
        help="Days with orders of the customers known at the cut.",
    )
    orders_forecast = fields.Float(
        string="Orders Foreseen", readonly=True, digits=(16, 1)
    )
    orders_naive = fields.Float(
        string="Orders, Naive",
        readonly=True,
        digits=(16, 1),
        help="If every customer had gone on at the rate so far.",
    )
    revenue_actual = fields.Monetary(string="Revenue That Came", readonly=True)
    revenue_forecast = fields.Monetary(string="Revenue Foreseen", readonly=True)
    revenue_naive = fields.Monetary(string="Revenue, Naive", readonly=True)
    miss_forecast = fields.Float(
        string="Miss a Customer",
        readonly=True,
        digits=(16, 3),
        help="Mean difference between orders foreseen and orders that came.",
    )
    miss_naive = fields.Float(
        string="Miss a Customer, Naive", readonly=True, digits=(16, 3)
    )
    top_forecast = fields.Float(
        string="Best Tenth Found",
        readonly=True,
        digits=(16, 3),
        help="Part of the tenth of customers with the highest revenue that the "
        "forecast had put in its own highest tenth.",
    )
    top_naive = fields.Float(
        string="Best Tenth Found, Naive",
        readonly=True,
        digits=(16, 3),
        help="Same, by the revenue of the past alone.",
    )
    season = fields.Float(
        readonly=True,
        digits=(16, 3),
        help="Orders in the same weeks a year earlier over the mean of that year; 0 "
        "where the history is too short to say.",
    )
    is_newest = fields.Boolean(compute="_compute_is_newest")
    earlier_ids = fields.One2many(
        "sme.forecast", string="Earlier Checks", compute="_compute_earlier_ids"
    )
    is_library_missing = fields.Boolean(compute="_compute_is_library_missing")

    _newest_idx = models.Index("(company_id, fitted_on DESC, id DESC)")

    # ---------------------------------------------------------------- compute
    @api.depends("company_id", "fitted_on")
    def _compute_is_newest(self):
        newest = {company: self._newest(company) for company in self.company_id}
        for forecast in self:
            forecast.is_newest = forecast == newest[forecast.company_id]

    @api.depends("company_id", "fitted_on")
    def _compute_earlier_ids(self):
        for forecast in self:
            forecast.earlier_ids = self.search(
                [
                    ("company_id", "=", forecast.company_id.id),
                    ("checked_on", "!=", False),
                    ("fitted_on", "<=", forecast.fitted_on),
                    ("id", "<", forecast.id),
                ],
                limit=10,
            )

    def _compute_is_library_missing(self):
        self.is_library_missing = forecast_library.load() is None

    # ---------------------------------------------------------------- actions
    @api.model
    def action_open_newest(self):
        """Open the forecast that counts, or the empty list that says what to do."""
        newest = self._newest(self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_forecast_action"
        )
        if newest:
            action |= {"res_id": newest.id, "views": [(False, "form")]}
        return action

    def action_check_now(self):
        """Learn anew, score all customers and check the forecast on the past.

        :raises AccessError: not a manager
        :raises UserError: no numpy, nobody has bought yet, a refresh is under way
        """
        if not self.env.user.has_group("crm_sme.crm_sme_group_manager"):
            raise AccessError(
                self.env._("Only managers may learn the forecast anew; ask one.")
            )
        if not forecast_library.load():
            raise UserError(
                self.env._(
                    "The forecast needs the Python packages numpy and scipy. Install "
                    "them for the Python that runs Odoo (pip install numpy scipy) and "
                    "restart Odoo."
                )
            )
        if not touched.is_alone(self.env):
            raise UserError(
                self.env._("The figures are being refreshed; try again in a minute.")
            )
        company = self.company_id[:1] or self.env.company
        # The figures of a company are one whole; only the refresh writes them.
        holdout.renew(self.env, company.sudo())
        if not self._newest(company):
            raise UserError(
                self.env._(
                    "Nobody has bought yet: there is nothing to learn from. Connect a "
                    "data source or confirm a sales order first."
                )
            )
        return self.with_company(company).action_open_newest()

    # --------------------------------------------------------------- business
    @api.model
    def _newest(self, company, checked=False):
        """The fit of a company that counts.

        :param company: record of ``res.company``
        :param bool checked: instead the newest one with a check that still holds
        :return: one record or none
        :rtype: recordset
        """
        domain = fields.Domain("company_id", "=", company.id)
        if checked:
            since = fields.Datetime.now() - CHECK_HOLDS
            domain &= fields.Domain("checked_on", ">=", since)
            domain &= fields.Domain("check_trust", "in", LEVELS)
        return self.search(domain, limit=1)

    def _timing_params(self, library):
        """Parameters of when customers order, for the functions of the library."""
        return library.clv.BgNbdParams(self.r, self.alpha, self.a, self.b)

    def _forms(self, library):
        """Closed forms as SQL under the parameters of this fit.

        :rtype: Forms
        """
        spend = library.clv.GammaGammaParams(self.p, self.q, self.v)
        return Forms(self._timing_params(library), spend)

    def _margin_used(self, company):
        """Part of the revenue that is margin: as set, else as in the orders.

        :rtype: float
        """
        return company.sme_margin_share or self.margin_share

    @api.model
    def _cron_check(self):
        """Check each company's newest forecast that has no check yet."""
        holdout.run_all(self.env)

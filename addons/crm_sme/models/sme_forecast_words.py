from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..tools.trust import (
    BAD_ERROR,
    FAIR_ERROR,
    FEW_CUSTOMERS,
    FEW_ORDERS,
    MUCH_SEASON,
)


class SmeForecastWords(models.Model):
    """What a forecast and its check mean, in words."""

    _inherit = "sme.forecast"

    error = fields.Float(
        compute="_compute_errors",
        digits=(16, 3),
        help="Orders foreseen over those that came, less 1.",
    )
    error_naive = fields.Float(
        string="Error, Naive", compute="_compute_errors", digits=(16, 3)
    )
    revenue_error = fields.Float(compute="_compute_errors", digits=(16, 3))
    revenue_error_naive = fields.Float(
        string="Revenue Error, Naive", compute="_compute_errors", digits=(16, 3)
    )
    headline = fields.Char(compute="_compute_words")
    findings = fields.Text(compute="_compute_words")
    reservations = fields.Text(
        compute="_compute_words", help="Why not to lean on the figures."
    )

    @api.depends("fitted_on")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for row in self:
            day = fields.Datetime.context_timestamp(row, row.fitted_on)
            row.display_name = self.env._(
                "Forecast of %(day)s", day=format_date(self.env, day.date())
            )

    @api.depends(
        *("orders_actual", "orders_forecast", "orders_naive"),
        *("revenue_actual", "revenue_forecast", "revenue_naive"),
    )
    def _compute_errors(self):
        for row in self:
            came, earned = row.orders_actual, row.revenue_actual
            row.error = row.orders_forecast / came - 1 if came else 0
            row.error_naive = row.orders_naive / came - 1 if came else 0
            row.revenue_error = row.revenue_forecast / earned - 1 if earned > 0 else 0
            row.revenue_error_naive = (
                row.revenue_naive / earned - 1 if earned > 0 else 0
            )

    @api.depends(
        *("doubts", "history_days", "checked_on", "check_days", "check_customers"),
        *("orders_actual", "error", "error_naive", "miss_forecast", "miss_naive"),
        *("top_forecast", "top_naive", "season"),
    )
    @api.depends_context("lang")
    def _compute_words(self):
        doubts = self._doubts_in_words()
        for row in self:
            row.headline = row._headline()
            row.findings = "\n".join(row._findings())
            row.reservations = "\n".join(
                doubts[code] for code in row.doubts or [] if code in doubts
            )

    def _doubts_in_words(self):
        """Each doubt as a sentence in the user's language.

        :rtype: dict[str, str]
        """
        _ = self.env._
        return {
            "few_customers": _("Fewer than 100 customers have bought: a guess."),
            "not_many_customers": _(
                "Fewer than 500 customers have bought: sums are fair, a single "
                "customer may well do otherwise."
            ),
            "no_repeat_orders": _(
                "Nobody has ordered twice: when customers come back is assumed."
            ),
            "few_repeat_buyers": _(
                "Fewer than 100 customers have ordered twice: what an order is worth "
                "is unsure."
            ),
            "thin_history": _("Less than half a year of orders: too short to tell."),
            "short_history": _("Less than a year of orders: no season seen yet."),
            "no_recent_orders": _(
                "No order for two months: is a data source behind? See Data Sources."
            ),
            "drop_out_not_identifiable": _(
                "Who has left cannot be told yet: the chance of being still a customer "
                "ranks customers, its size says little."
            ),
            "value_depends_on_frequency": _(
                "Who orders often also spends otherwise a time; the expected revenue "
                "takes the two as independent."
            ),
            "degenerate": _("The orders do not fit the model: do not use the figures."),
            "not_converged": _(
                "Learning did not come to an end: do not use the figures."
            ),
        }

    def _headline(self):
        """The verdict in one sentence."""
        if not self.checked_on:
            return self.env._("Not checked yet.")
        return self._too_little_in_words() or self._outcome_in_words()

    def _too_little_in_words(self):
        """Why the check says nothing; empty if it does say something."""
        if not self.check_days:
            return self.env._(
                "Do not trust: %(days)s days of history are too few for a check.",
                days=self.history_days,
            )
        if self.check_customers < FEW_CUSTOMERS:
            return self.env._(
                "Do not trust: only %(count)s customers.", count=self.check_customers
            )
        if self.orders_actual < FEW_ORDERS:
            return self.env._(
                "Do not trust: only %(count)s orders came in the time foreseen.",
                count=self.orders_actual,
            )
        return ""

    def _outcome_in_words(self):
        if abs(self.error) >= BAD_ERROR:
            return self.env._("Do not trust: the forecast was far off.")
        if abs(self.error) >= FAIR_ERROR:
            return self.env._("Trust the ranking, not the sums.")
        if self.miss_forecast > self.miss_naive:
            return self.env._(
                "The sum was right, but a naive forecast hit single customers better."
            )
        return self.env._("The forecast came close to what happened.")

    def _findings(self):
        """What the check found, sentence by sentence.

        :rtype: list[str]
        """
        if not (self.checked_on and self.check_customers):
            return []
        found = [self._errors_in_words()] if self.orders_actual else []
        found.append(
            self.env._(
                "A customer's number of orders was missed by %(miss)s on average, by "
                "%(naive)s naively.",
                miss=formatLang(self.env, self.miss_forecast, digits=2),
                naive=formatLang(self.env, self.miss_naive, digits=2),
            )
        )
        if self.top_forecast or self.top_naive:
            found.append(
                self.env._(
                    "Of the best tenth of customers it named %(found)s %%; past "
                    "revenue alone would have named %(known)s %%.",
                    found=round(100 * self.top_forecast),
                    known=round(100 * self.top_naive),
                )
            )
        if self.season and abs(self.season - 1) >= MUCH_SEASON:
            found.append(self._season_in_words())
        return found

    def _errors_in_words(self):
        _ = self.env._
        return _(
            "The forecast is %(forecast)s what happened, the naive one %(naive)s.",
            forecast=self._off(self.error),
            naive=self._off(self.error_naive),
        )

    def _off(self, error):
        """How far above or below, in words."""
        percent = round(100 * abs(error))
        if not percent:
            return self.env._("exactly at")
        if error > 0:
            return self.env._("%(percent)s %% above", percent=percent)
        return self.env._("%(percent)s %% below", percent=percent)

    def _season_in_words(self):
        percent = round(100 * abs(self.season - 1))
        if self.season > 1:
            return self.env._(
                "Season: the same weeks of the year before had %(percent)s %% more "
                "orders than the average of that year. The forecast knows no season.",
                percent=percent,
            )
        return self.env._(
            "Season: the same weeks of the year before had %(percent)s %% fewer orders "
            "than the average of that year. The forecast knows no season.",
            percent=percent,
        )

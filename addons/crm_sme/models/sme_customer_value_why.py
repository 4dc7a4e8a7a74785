from odoo import api, fields, models
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ..metrics.as_of import AsOf
from ..metrics.worth import PRICED, rates_of
from ..metrics.worth_inputs import read_inputs
from ..tools.trust import OWN_HABIT_DAYS

FEW_CUSTOMERS = 100
THIN_DAYS = 3


class SmeCustomerValueWhy(models.Model):
    """Explains every figure of a customer with his own numbers."""

    _inherit = "sme.customer.value"

    def why(self):
        """Inputs and formula of each figure in the user's words and numbers.

        :return: title, sections (key, title, value, words, inputs) and how sure it is
        :rtype: dict
        :raises AccessError: the user may not see the customer
        """
        self.ensure_one()
        self.check_access("read")
        found = read_inputs(
            self.env,
            self.company_id,
            AsOf.of_company(self.company_id),
            self.partner_id.id,
        )
        # As root: sums over records that colleagues hold are part of his own figures.
        row = self.sudo()
        return {
            "title": self.env._(
                "Why? %(customer)s", customer=self.partner_id.display_name
            ),
            "computed": self.env._(
                "Figures of %(day)s, in %(currency)s.",
                day=format_date(self.env, self.computed_on or fields.Date.today()),
                currency=self.currency_id.name,
            ),
            "sections": [
                row._why_total(),
                row._why_existing(found),
                row._why_potential(found),
                row._why_influence(found),
                row._why_learning(found),
                row._why_clv(),
                row._why_tier(),
                row._why_loyalty(found),
                row._why_rfm(),
                row._why_fading(),
            ],
            "sure": row._why_sure(),
        }

    # ------------------------------------------------------------------- writing
    def _number(self, value, digits=0):
        return formatLang(self.env, float(value or 0), digits=digits)

    def _percent(self, part):
        return f"{formatLang(self.env, 100 * float(part), digits=0)} %"

    @api.model
    def _section(self, key, title, value, words, inputs=()):
        """One figure; ``inputs`` are pairs of label and text."""
        return {
            "key": key,
            "title": title,
            "value": value,
            "words": words,
            "inputs": [{"label": label, "value": text} for label, text in inputs],
        }

    # ------------------------------------------------------------------- figures
    def _why_total(self):
        rates = rates_of(self.company_id)
        names = ("existing", "potential", "influence", "learning")
        parts = self._worth_parts()
        return self._section(
            "total",
            self.env._("Total value"),
            self._money(self.total_value),
            self.env._("The four parts, each times its weight of the settings."),
            [
                (
                    part["label"],
                    f"{self._number(weight, 1)} × {self._money(self[f'{name}_value'])}",
                )
                for part, name, weight in zip(parts, names, rates.weights, strict=True)
            ],
        )

    def _why_existing(self, found):
        share = self.margin_12m - self.service_cost - self.existing_value
        rates = rates_of(self.company_id)
        inputs = [
            (self.env._("Margin, 12 months"), self._money(self.margin_12m)),
            *self._service_inputs(found["counts"]),
        ]
        if found["pieces"].get("months"):
            months = self.env._(
                "%(cost)s × %(months)s of 12 months",
                cost=self._money(rates.acquisition),
                months=found["pieces"]["months"],
            )
            inputs.append((self.env._("Cost to win him"), f"− {months}"))
        return self._section(
            "existing",
            self.env._("Existing value"),
            self._money(self.existing_value),
            self.env._(
                "%(margin)s margin of 12 months less %(service)s for service and "
                "%(share)s of the cost to win the customer.",
                margin=self._money(self.margin_12m),
                service=self._money(self.service_cost),
                share=self._money(max(share, 0)),
            ),
            inputs,
        )

    def _service_inputs(self, counts):
        labels = {
            "call": self.env._("Calls"),
            "meeting": self.env._("Meetings and visits"),
            "message": self.env._("Messages and e-mails"),
            "complaint": self.env._("Complaints"),
            "refund": self.env._("Refunds and returns"),
            "delivery": self.env._("Delivery problems"),
        }
        rates = rates_of(self.company_id)
        return [
            (label, f"− {counts[kind]} × {self._money(getattr(rates, kind))}")
            for kind, label in labels.items()
            if kind in PRICED and counts.get(kind)
        ]

    def _why_potential(self, found):
        pieces = found["pieces"]
        rates = rates_of(self.company_id)
        has_forecast = self.confidence not in (False, "none")
        orders = self._number(pieces["expected"], 2)
        inputs = [
            (
                self.env._("Orders expected, by the forecast")
                if has_forecast
                else self.env._("Orders expected, by his rhythm"),
                orders,
            ),
            (self.env._("Own margin an order"), self._money(pieces["per_order"])),
            (
                self.env._("Other categories"),
                f"{self._money(pieces['unbought'])} × "
                f"{self._percent(rates.cross_damping)} × "
                f"{self._percent(pieces['activity'])}",
            ),
        ]
        for categ_id, buyers, customers, margin in found["categories"]:
            category = self.env["product.category"].browse(categ_id)
            inputs.append(
                (
                    self.env._("Not bought yet: %(name)s", name=category.name),
                    self.env._(
                        "%(buyers)s of %(customers)s buy it, %(margin)s each",
                        buyers=buyers,
                        customers=customers,
                        margin=self._money(margin),
                    ),
                )
            )
        return self._section(
            "potential",
            self.env._("Potential value"),
            self._money(self.potential_value),
            self.env._(
                "%(orders)s orders expected in 12 months at his own margin of "
                "%(margin)s, and a part of what customers who spend alike leave in "
                "categories he does not buy.",
                orders=orders,
                margin=self._money(pieces["per_order"]),
            ),
            inputs,
        )

    def _why_influence(self, found):
        rates, brought = rates_of(self.company_id), found["brought"]
        inputs = []
        if brought:
            inputs.append(
                (
                    self.env._(
                        "Customers he brought: %(count)s",
                        count=brought["referred_count"],
                    ),
                    f"{self._percent(rates.referral_share)} × "
                    f"{self._money(brought['referred_margin'])}",
                )
            )
        if found["counts"].get("good_review"):
            inputs.append(
                (
                    self.env._("Reviews of four or five stars"),
                    f"{found['counts']['good_review']} × {self._money(rates.advocacy)}",
                )
            )
        return self._section(
            "influence",
            self.env._("Influence value"),
            self._money(self.influence_value),
            self.env._(
                "%(share)s of the 12-month margin of customers who came by his "
                "recommendation, and his good reviews.",
                share=self._percent(rates.referral_share),
            )
            if inputs
            else self.env._(
                "Nobody is known who came by his recommendation, and he wrote no good "
                "review. Enter who referred a customer on that customer's page."
            ),
            inputs,
        )

    def _why_learning(self, found):
        rates = rates_of(self.company_id)
        points = found["counts"].get("learning_points") or 0
        return self._section(
            "learning",
            self.env._("Learning value"),
            self._money(self.learning_value),
            self.env._(
                "%(points)s points of adopted suggestions times %(rate)s.",
                points=points,
                rate=self._money(rates.learning),
            )
            if points
            else self.env._(
                "No suggestion of his was adopted in 12 months. Log one as an "
                "interaction of the kind Suggestion."
            ),
        )

    def _why_clv(self):
        title = self.env._("Lifetime value, net")
        if self.confidence in (False, "none"):
            words = self.env._("There is no forecast for this customer yet.")
            return self._section("clv", title, "–", words)
        return self._section(
            "clv",
            title,
            self._money(self.clv_net),
            self.env._(
                "%(clv)s margin expected from the orders of 12 months, discounted, "
                "less %(cost)s for service.",
                clv=self._money(self.clv),
                cost=self._money(self.service_cost),
            ),
            [
                (
                    self.env._("Expected orders"),
                    self._number(self.expected_orders_12m, 2),
                ),
                (
                    self.env._("Expected revenue"),
                    self._money(self.expected_revenue_12m),
                ),
            ],
        )

    # ------------------------------------------------------------------ how sure
    def _why_sure(self):
        """How far the figures can be trusted, and why not further.

        :rtype: dict
        """
        levels = dict(self._fields["confidence"]._description_selection(self.env))
        level = self.confidence or "none"
        return {
            "level": level,
            "label": levels[level],
            "reasons": [text for text in self._doubts() if text],
        }

    def _doubts(self):
        forecast = self.env["sme.forecast"]._newest(self.company_id)
        count = self.search_count(
            [("company_id", "=", self.company_id.id), ("order_count", ">", 0)],
            limit=FEW_CUSTOMERS,
        )
        if count < FEW_CUSTOMERS and not forecast.reservations:
            yield self.env._(
                "Few customers: only %(count)s have bought, so what others do says "
                "little.",
                count=count,
            )
        if 0 < self.order_count < THIN_DAYS:
            yield self.env._(
                "Thin history: orders so far %(count)s, too few for an own rhythm.",
                count=self.order_count,
            )
        elif 0 < self.order_days < OWN_HABIT_DAYS:
            yield self.env._(
                "Short history: days with an order so far %(days)s; a habit shows from "
                "%(enough)s on.",
                days=self.order_days,
                enough=OWN_HABIT_DAYS,
            )
        if self.order_count and self.confidence in (False, "none"):
            yield self.env._(
                "No forecast: orders are expected by his rhythm as it was."
            )
        if self.revenue and not self.margin:
            yield self.env._(
                "No margin is known: enter the cost of your products, else values are "
                "too low."
            )
        adoption = self.env["sme.category.adoption"]
        compared = [("company_id", "=", self.company_id.id)]
        if self.order_count and not adoption.search_count(compared, limit=1):
            yield self.env._(
                "Nothing is known of other categories: too few customers, or goods "
                "without a category."
            )
        yield from (forecast.reservations or "").splitlines()

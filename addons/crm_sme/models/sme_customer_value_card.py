from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import formatLang

MOST_TIERS = 50
PARTS = ("existing", "potential", "influence", "learning")


class SmeCustomerValueCard(models.Model):
    """What the value card shows: a bar of the four parts, the way to the next tier."""

    _inherit = "sme.customer.value"

    worth_card = fields.Json(compute="_compute_worth_card")

    @api.depends(
        *(f"{part}_value" for part in PARTS), "total_value", "tier_id", "fade_state"
    )
    @api.depends_context("lang")
    def _compute_worth_card(self):
        ladder = self.env["sme.value.tier"].search([], limit=MOST_TIERS)
        for row in self:
            row.worth_card = {
                "parts": row._worth_parts(),
                "tier_kind": row.tier_id.kind or "none",
                "next": row._next_tier(ladder),
            }

    def _money(self, amount):
        """An amount of the row's company as text in the user's language.

        :rtype: str
        """
        return formatLang(self.env, float(amount or 0), currency_obj=self.currency_id)

    def _worth_parts(self):
        """The four parts with their share of the bar.

        :rtype: list[dict]
        """
        labels = {
            "existing": self.env._("Existing value"),
            "potential": self.env._("Potential value"),
            "influence": self.env._("Influence value"),
            "learning": self.env._("Learning value"),
        }
        amounts = {part: self[f"{part}_value"] for part in PARTS}
        whole = sum(abs(amount) for amount in amounts.values())
        return [
            {
                "key": part,
                "label": labels[part],
                "amount": self._money(amount),
                "share": round(100 * abs(amount) / whole, 1) if whole else 0,
                "is_negative": amount < 0,
            }
            for part, amount in amounts.items()
        ]

    def _next_tier(self, ladder):
        """The rung above: how far the customer is, and what is missing in words.

        :param ladder: all tiers, lowest first
        :return: None on the top, or for who never bought
        :rtype: dict | None
        """
        above = ladder.filtered(
            lambda t: t.kind != "negative" and t.sequence > self.tier_id.sequence
        )[:1]
        if not self.tier_id or not above:
            return None
        steps = list(self._steps_to(above))
        missing = [text for _share, text in steps if text]
        return {
            "name": above.name,
            "percent": round(100 * min((share for share, _text in steps), default=1)),
            "text": self.env._("To %(tier)s: ", tier=above.name)
            + (", ".join(missing) or self.env._("with the next refresh")),
        }

    def _steps_to(self, tier):
        """Each condition of a tier: how far it is met (0 to 1), what is missing.

        :rtype: Iterator[tuple[float, str]]
        """
        if self.existing_value < 0:
            yield 0, self.env._("an existing value above zero")
        limit = tier.limit_ids.filtered(lambda x: x.company_id == self.company_id)
        if limit.amount > 0:
            share = max(min(self.total_value / limit.amount, 1), 0)
            short = self._money(limit.amount - self.total_value)
            yield (
                share,
                "" if share == 1 else self.env._("%(amount)s more", amount=short),
            )
        elif limit and not limit.is_open:
            yield 0, self.env._("at least five customers to compare")
        if tier.min_orders:
            short = tier.min_orders - self.order_count
            yield (
                min(self.order_count / tier.min_orders, 1),
                self.env._("%(count)s more orders", count=short) if short > 0 else "",
            )
        if tier.min_tenure and self.first_order_date:
            months = self._months_since(self.first_order_date)
            short = tier.min_tenure - months
            yield (
                min(months / tier.min_tenure, 1),
                self.env._("%(count)s more months", count=short) if short > 0 else "",
            )
        if tier.kind == "permanent" and self.fade_state not in ("steady", "watch"):
            yield 0.5, self.env._("buying in rhythm again")

    @api.model
    def _months_since(self, day):
        """Whole months since a day.

        :rtype: int
        """
        passed = relativedelta(fields.Date.context_today(self), day)
        return passed.years * 12 + passed.months

from odoo import models
from odoo.tools.misc import format_date

from .sme_customer_value_card import MOST_TIERS


class SmeCustomerValueWhyLadder(models.Model):
    """Explains tier, loyalty, RFM and rhythm: where a customer stands among others."""

    _inherit = "sme.customer.value"

    def _why_tier(self):
        title = self.env._("Tier")
        if not self.tier_id:
            words = self.env._("Who has not bought yet stands on no tier.")
            return self._section("tier", title, "–", words)
        limit = self.tier_id.limit_ids.filtered(
            lambda each: each.company_id == self.company_id
        )
        inputs = [
            (self.env._("Total value"), self._money(self.total_value)),
            (self.env._("Since"), format_date(self.env, self.tier_since) or "–"),
        ]
        if limit.amount:
            inputs.append((self.env._("Limit of the tier"), self._money(limit.amount)))
        if self.tier_held:
            inputs.append(
                (
                    self.env._("Nights below it"),
                    self.env._(
                        "%(held)s of %(hold)s before he falls",
                        held=self.tier_held,
                        hold=self.tier_id.hold_runs,
                    ),
                )
            )
        above = self._next_tier(self.env["sme.value.tier"].search([], limit=MOST_TIERS))
        words = {
            "negative": self.env._("His existing value is below zero."),
            "ordinary": self.env._("He has bought, and reaches no higher tier."),
            "most_valuable": self.env._("His total value reaches the limit."),
            "permanent": self.env._(
                "His total value reaches the limit, he has been a customer long enough "
                "and buys in rhythm."
            ),
        }[self.tier_id.kind]
        if self.tier_held:
            words = self.env._("He was higher up and is below the limit now.")
        return self._section(
            "tier",
            title,
            self.tier_id.name,
            f"{words} {above['text']}." if above else words,
            inputs,
        )

    def _why_loyalty(self, found):
        kinds = dict(self._fields["loyalty_kind"]._description_selection(self.env))
        partner, counts = self.partner_id, found["counts"]
        inputs = [
            (self.env._("Orders, 12 months"), self._number(self.order_count_12m)),
            (self.env._("Orders at a discount"), self._number(found["bargains"])),
        ]
        if counts.get("rating_avg"):
            inputs.append((self.env._("Stars"), self._number(counts["rating_avg"], 1)))
        if counts.get("delivered_value") is not None:
            inputs.append(
                (
                    self.env._("Delivered value"),
                    self._number(counts["delivered_value"], 1),
                )
            )
        if self.complaint_count:
            inputs.append(
                (self.env._("Complaints"), self._number(self.complaint_count))
            )
        if partner.sme_loyalty_manual:
            words = self.env._("Set by hand on the customer.")
        elif self.loyalty_kind:
            words = self._loyalty_words()[self.loyalty_kind]
        else:
            words = self.env._("He does not come back, or not yet.")
        return self._section(
            "loyalty",
            self.env._("Loyalty"),
            kinds.get(self.loyalty_kind, "–"),
            words,
            inputs,
        )

    def _loyalty_words(self):
        return {
            "monopoly": self.env._("He can only buy from us."),
            "kinship": self.env._("He is personally related to us."),
            "benefit": self.env._("Half of his orders or more had a discount."),
            "inertia": self.env._(
                "He keeps buying, but nothing says that he is satisfied."
            ),
            "trust": self.env._("He is satisfied and comes back."),
            "latent": self.env._("He is satisfied, but seldom buys."),
            "premium": self.env._("He is satisfied and buys often."),
        }

    def _why_rfm(self):
        title = self.env._("RFM")
        if not self.rfm_code:
            words = self.env._("Scores need an order, and five customers to compare.")
            return self._section("rfm", title, "–", words)
        return self._section(
            "rfm",
            title,
            self.rfm_code,
            self.env._(
                "Each score tells in which fifth of your customers he stands, 5 is "
                "best; orders of the last %(days)s days count.",
                days=self.company_id.sme_rfm_window_days,
            ),
            [
                (
                    self.env._("Recency"),
                    self.env._(
                        "%(score)s: last order on %(day)s",
                        score=self.r_score,
                        day=format_date(self.env, self.last_order_date) or "–",
                    ),
                ),
                (
                    self.env._("Frequency"),
                    self.env._(
                        "%(score)s: %(orders)s orders in all",
                        score=self.f_score,
                        orders=self.order_count,
                    ),
                ),
                (
                    self.env._("Monetary value"),
                    self.env._(
                        "%(score)s: %(revenue)s in all",
                        score=self.m_score,
                        revenue=self._money(self.revenue),
                    ),
                ),
            ],
        )

    def _why_fading(self):
        states = dict(self._fields["fade_state"]._description_selection(self.env))
        limits = self.company_id._sme_fade_ratios()
        return self._section(
            "fading",
            self.env._("Rhythm"),
            states.get(self.fade_state, "–"),
            f"{self.fade_reason or '–'}.",
            [
                (
                    self.env._("Limits: watch, fading, lapsed, lost"),
                    " / ".join(self._number(limit, 1) for limit in limits),
                )
            ]
            if self.fade_state not in (False, "none")
            else [],
        )

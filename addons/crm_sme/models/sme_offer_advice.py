from odoo import api, models
from odoo.exceptions import AccessError

from ..metrics import offers as facts
from ..metrics.as_of import AsOf
from ..tools import offers as rules
from .product_template import GRADES

OFFERS = 10
# With fewer candidates than this the next, weaker kind of reason is asked, too.
ENOUGH = 5
BASKET = 200  # of the goods that a customer has, the latest so many
LEFT_OUT = 20
GRADE_NUMBER = {name: number for number, (name, _label) in enumerate(GRADES)}


class SmeOfferAdvice(models.AbstractModel):
    """What to offer to one customer, with reasons in words.

    Lift alone is not enough: "similar goods" are often not what somebody needs. So it
    is weighed by the customer's grade and by what he asked for.
    """

    _name = "sme.offer.advice"
    _description = "What to Offer"

    @api.model
    def _advise(self, partner):
        """Rank what to offer.

        :param partner: one record of ``res.partner``, a contact counts as his company
        :return: keys ``offers`` (product, why, reason, score, need, price, margin),
            ``left_out`` (product, reason), ``basis`` (in words, empty if the customer's
            own purchases are enough) and ``wishes`` (open needs)
        :rtype: dict
        :raises AccessError: it is the customer of a colleague
        """
        head = partner.commercial_partner_id
        self._check_customer(head)
        company = self.env.company
        as_of = AsOf.of_company(company)
        self.env.flush_all()
        # As root: which goods a customer has is no secret to who may see him, also if
        # a colleague sold them.
        owned = facts.owned_goods(self.sudo().env, company, head, as_of)
        wishes = self._wishes(head)
        row = head.sme_value_id
        hints, basis = self._hints(row, owned)
        products, goods = self._goods(owned, hints, wishes)
        offers, left_out = rules.rank(
            rules.Customer(
                today=as_of.today,
                grade=rules.customer_grade(
                    row.tier_id.kind or None, row.price_band or None
                ),
                owned=owned,
                wishes=[self._wish(wish) for wish in wishes],
            ),
            goods,
            hints,
            OFFERS,
        )
        by_id = {product.id: product for product in products}
        return {
            "offers": self._priced(head, offers, by_id, row.tier_id),
            "left_out": [
                {
                    "product": by_id[each.goods.product],
                    "reason": self._reason_left_out(each),
                }
                for each in left_out[:LEFT_OUT]
            ],
            "basis": basis,
            "wishes": wishes,
        }

    @api.model
    def _check_customer(self, head):
        """Refuse the customers of colleagues to salespeople, as lists of orders do."""
        head.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group("crm_sme.crm_sme_group_officer"):
            return
        if head.user_id and head.user_id != user:
            raise AccessError(
                self.env._(
                    "%(customer)s is a customer of %(owner)s. Ask there, or an officer "
                    "of Customer care, what to offer.",
                    customer=head.display_name,
                    owner=head.user_id.name,
                )
            )

    @api.model
    def _wishes(self, head):
        return self.env["sme.need"].search(
            [
                ("partner_id.commercial_partner_id", "=", head.id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
            ],
            limit=50,
        )

    @api.model
    def _wish(self, need):
        return rules.Wish(
            key=need.id,
            day=need.date,
            strength=int(need.intensity),
            product=need.product_id.id or None,
            category=need.categ_id.id or None,
        )

    @api.model
    def _hints(self, row, owned):
        """Reasons to offer: pairs, then categories, then best sellers.

        :return: hints and, if pairs were not enough, words about it
        :rtype: tuple[list, str]
        """
        env, company = self.sudo().env, self.env.company  # root: figures of all
        bought = sorted(
            (product for product, each in owned.items() if each.last_bought),
            key=lambda product: owned[product].last_bought,
            reverse=True,
        )[:BASKET]
        hints = facts.pairs_with(env, company, bought)
        if len({hint.product for hint in hints} - owned.keys()) >= ENOUGH:
            return hints, ""
        hints += facts.best_of_categories(env, company, bought)
        if len({hint.product for hint in hints} - owned.keys()) >= ENOUGH:
            return hints, self.env._(
                "Few goods are known to go with what this customer has; the best "
                "sellers of categories that go together fill the list."
            )
        sellers = facts.best_sellers(env, company, row.tier_id)
        return hints + sellers, self._thin_history(row, sellers)

    @api.model
    def _thin_history(self, row, sellers):
        if not sellers:
            return self.env._(
                "What is bought together was not looked for yet: an officer starts it "
                "under Reporting, Bought Together. Until then only needs and goods "
                "that are due again are shown."
            )
        if any(hint.scope == "tier" for hint in sellers):
            return self.env._(
                "Little is known of this customer's taste; best sellers among %(tier)s "
                "customers fill the list.",
                tier=row.tier_id.name,
            )
        return self.env._(
            "Little is known of this customer's taste; best sellers of all customers "
            "fill the list."
        )

    @api.model
    def _goods(self, owned, hints, wishes):
        """All products that come into question and may be sold.

        :return: records, and what the rules need of them
        :rtype: tuple
        """
        wanted = (
            set(owned) | {hint.product for hint in hints} | set(wishes.product_id.ids)
        )
        wanted |= set(self._of_categories(wishes.categ_id))
        products = self.env["product.product"].search(
            [
                ("id", "in", list(wanted)),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.env.company.id)),
            ]
        )
        return products, [
            rules.Goods(
                product=product.id,
                categories=frozenset(
                    map(int, (product.categ_id.parent_path or "").split("/")[:-1])
                ),
                grade=GRADE_NUMBER.get(product.sme_value_grade),
                cycle_days=product.sme_care_cycle_days,
            )
            for product in products
        ]

    @api.model
    def _of_categories(self, categories):
        """Best sellers of categories that were asked for; else any of their goods.

        :rtype: list[int]
        """
        if not categories:
            return []
        family = self.env["product.category"].search(
            [("id", "child_of", categories.ids)]
        )
        found = facts.best_in_categories(
            self.sudo().env,
            self.env.company,
            family.ids,  # root: figures of all
        )
        return (
            found
            or self.env["product.product"]
            .search(
                [("categ_id", "in", family.ids), ("sale_ok", "=", True)], limit=OFFERS
            )
            .ids
        )

    # ------------------------------------------------------------------ words
    @api.model
    def _priced(self, head, offers, by_id, tier):
        products = self.env["product.product"].union(
            *[by_id[offer.goods.product] for offer in offers]
        )
        company = self.env.company
        prices = head.property_product_pricelist._get_products_price(
            products, 1.0, currency=company.currency_id
        )
        needs = self.env["sme.need"]
        return [
            {
                "product": by_id[offer.goods.product],
                "why": offer.why,
                "reason": self._reason(offer, by_id, tier),
                "score": offer.score,
                "need": needs.browse(offer.wish.key) if offer.wish else needs,
                "price": prices[offer.goods.product],
                "margin": prices[offer.goods.product]
                - by_id[offer.goods.product].standard_price,
            }
            for offer in offers
        ]

    @api.model
    def _reason(self, offer, by_id, tier):
        """Why to offer it, the strongest first.

        :rtype: str
        """
        parts = [
            self._in_words_wish(offer.wish),
            self._in_words_owned(offer),
            offer.why != "rebuy" and self._in_words_hint(offer, by_id, tier),
            self._in_words_fit(offer),
        ]
        return self.env._("; ").join(part for part in parts if part)

    @api.model
    def _in_words_wish(self, wish):
        if not wish:
            return ""
        need = self.env["sme.need"].browse(wish.key)
        return self.env._(
            "asked for “%(wish)s” on %(day)s", wish=need.name, day=self._day(wish.day)
        )

    @api.model
    def _in_words_owned(self, offer):
        if offer.days_since is None:
            return ""
        if offer.why == "rebuy":
            return self.env._(
                "usually bought again after %(cycle)s days, last bought %(days)s days "
                "ago",
                cycle=offer.goods.cycle_days,
                days=offer.days_since,
            )
        return self.env._("last bought %(days)s days ago", days=offer.days_since)

    @api.model
    def _in_words_hint(self, offer, by_id, tier):
        hint = offer.hint
        if not hint:
            return ""
        if hint.why == "best":
            return self._in_words_best(hint, tier)
        figures = {
            "lift": self.env["ir.qweb.field.float"].value_to_html(
                hint.lift, {"precision": 1}
            ),
            "count": hint.joint,
        }
        if hint.why == "category":
            category = self.env["product.category"].browse(hint.by)
            figures["own"] = category.name
            figures["categ"] = by_id[hint.product].categ_id.name
            return self.env._(
                "best seller of %(categ)s, which goes with %(own)s: %(lift)s times as "
                "often as chance",
                **figures,
            )
        figures["item"] = self.env["product.product"].browse(hint.by).display_name
        if hint.scope == "basket":
            return self.env._(
                "bought together with %(item)s: %(lift)s times as often as chance, "
                "%(count)s orders",
                **figures,
            )
        return self.env._(
            "who has %(item)s buys it: %(lift)s times as often as chance, %(count)s "
            "customers",
            **figures,
        )

    @api.model
    def _in_words_best(self, hint, tier):
        if hint.scope == "tier":
            return self.env._(
                "best seller among %(tier)s customers: %(count)s have it",
                tier=tier.name,
                count=hint.joint,
            )
        return self.env._("best seller: %(count)s customers have it", count=hint.joint)

    @api.model
    def _in_words_fit(self, offer):
        if offer.goods.grade is None or offer.fit == 1:
            return ""
        if offer.fit > 1:
            return self.env._("suits a customer of this grade")
        return self.env._("made for customers of another grade")

    @api.model
    def _reason_left_out(self, each):
        figures = {"day": self._day(each.day)}
        if each.why == "complaint":
            return self.env._("complained about on %(day)s", **figures)
        if each.why == "returned":
            return self.env._("given back on %(day)s", **figures)
        if each.goods.cycle_days:
            return self.env._(
                "bought on %(day)s, usually needed again after %(cycle)s days",
                cycle=each.goods.cycle_days,
                **figures,
            )
        return self.env._("bought on %(day)s, not long ago", **figures)

    @api.model
    def _day(self, day):
        return self.env["ir.qweb.field.date"].value_to_html(day, {})

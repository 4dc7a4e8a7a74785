"""Products that the lines of a batch mean: by binding, else by an SKU only one has."""

from collections import Counter
from decimal import Decimal

from odoo.tools import SQL


class Goods:
    """Product, category and cost of lines.

    :param ctx: :class:`.context.Context`
    :param list items: items whose records have ``lines``, perhaps ``refunds``
    """

    def __init__(self, ctx, items):
        self.ctx = ctx
        lines = [
            line
            for item in items
            for holder in (item.record, *item.record.get("refunds", ()))
            for line in holder.get("lines", ())
        ]
        self._bound = bound_products(ctx, {ln["product_external_id"] for ln in lines})
        self._by_sku = self._find_skus(
            {
                line["sku"]
                for line in lines
                if line["sku"] and line["product_external_id"] not in self._bound
            }
        )
        found = {*self._bound.values(), *self._by_sku.values()}
        products = ctx.env["product.product"].with_company(ctx.company).browse(found)
        self._facts = {
            product.id: (
                product.categ_id.id or None,
                Decimal(str(product.standard_price)),
            )
            for product in products
        }

    def _find_skus(self, skus):
        if not skus:
            return {}
        rows = self.ctx.env.execute_query(
            SQL(
                "SELECT p.default_code, p.id FROM product_product p "
                "JOIN product_template t ON t.id = p.product_tmpl_id "
                "WHERE p.default_code = ANY(%s) AND p.active "
                "AND (t.company_id IS NULL OR t.company_id = %s)",
                list(skus),
                self.ctx.company.id,
            )
        )
        often = Counter(sku for sku, _id in rows)
        return {sku: product for sku, product in rows if often[sku] == 1}

    def product(self, line):
        """Return the id of a line's product, or None."""
        return self._bound.get(line["product_external_id"]) or self._by_sku.get(
            line["sku"]
        )

    def category(self, product, line):
        """Return the id of a line's category: the product's, else the shop's path."""
        if product:
            return self._facts[product][0]
        return self.ctx.category(line.get("category", ()))

    def cost(self, product):
        """Return the cost of a piece in the company's currency, None if unknown."""
        if not product:
            return None
        return self._facts[product][1] or None


def bound_products(ctx, external_ids):
    """Return external id to product of those products that are bound."""
    external_ids = [key for key in external_ids if key]
    if not external_ids:
        return {}
    return dict(
        ctx.env.execute_query(
            SQL(
                "SELECT external_id, product_id FROM sme_binding "
                "WHERE kind = 'product' "
                "AND source_id = %s AND external_id = ANY(%s) "
                "AND product_id IS NOT NULL",
                ctx.source.id,
                external_ids,
            )
        )
    )

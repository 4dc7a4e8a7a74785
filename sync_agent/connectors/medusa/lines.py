"""Items and shipping of Medusa orders -> lines and charges.

An item's totals fall when goods come back, though its quantity stays: what was sold is
its total with that of what came back. Money is paid back by refunds, beside that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .goods import label
from .money import ZERO, Cutter, Exact, amount

_BACK = ("return_received", "return_dismissed")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sold:
    """An item as it was sold.

    Attributes:
        quantity: also what came back since.
        exact: its amounts before they are rounded.
        now: its total as the shop tells it: less when goods came back.
    """

    fields: Fields
    quantity: Decimal
    exact: Exact
    now: Decimal

    def line(self, cutter: Cutter) -> Json:
        """Return the line of the order."""
        fields = self.fields
        title = fields.text("product_title") or fields.text("title")
        own = fields.text("variant_title")
        discount = cutter.cut(_discount(fields))
        return {
            "external_id": fields.ident("id"),
            "product_external_id": fields.ident("variant_id"),
            "sku": fields.text("variant_sku"),
            "name": label(title, own) or fields.text("variant_sku") or "?",
            "quantity": self.quantity,
            "unit_price": amount(fields, "unit_price"),
            "discount": discount if discount > 0 else None,
            **cutter.part(self.exact),
        }

    def share(self, quantity: Decimal) -> Exact:
        """Return the amounts of some of the goods."""
        if not self.quantity:
            return Exact(ZERO, ZERO)
        share = quantity / self.quantity
        return Exact(self.exact.tax * share, self.exact.total * share)


def sold(fields: Fields) -> Sold:
    """Return an item as it was sold."""
    quantity, now = amount(fields, "quantity", None), amount(fields, "total", None)
    detail = fields.sub("detail")
    back = sum((amount(detail, f"{name}_quantity") for name in _BACK), ZERO)
    worth = sum((amount(fields, f"{name}_total") for name in _BACK), ZERO)
    if not back or not _has_fallen(now, worth, back, quantity):
        return Sold(fields, quantity, Exact(amount(fields, "tax_total"), now), now)
    rate = sum((amount(each, "rate") for each in fields.each("tax_lines")), ZERO)
    total = now + worth
    return Sold(fields, quantity, Exact(total * rate / (_HUNDRED + rate), total), now)


def _has_fallen(now: Decimal, worth: Decimal, back: Decimal, quantity: Decimal) -> bool:
    """Tell whether an item's total is without what came back.

    That of the first releases of Medusa 2 is not.
    """
    each = worth / back
    return abs(now - each * (quantity - back)) < abs(now - each * quantity)


def _discount(fields: Fields) -> Decimal:
    """Return the discount of an item without tax, also on what came back."""
    given = [each for each in fields.each("adjustments") if "subtotal" in each.data]
    if given:
        return sum((amount(each, "subtotal") for each in given), ZERO)
    return amount(fields, "discount_subtotal")


def shipping(fields: Fields) -> tuple[str, Exact]:
    """Return name and amounts of a way of shipping."""
    exact = Exact(amount(fields, "tax_total"), amount(fields, "total", None))
    return fields.text("name") or "", exact

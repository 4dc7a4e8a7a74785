"""Credit slips: JSON of PrestaShop -> refunds of an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .facts import Shop
from .money import ZERO, Rounding, amount, both, cents, parts, tidy, total_of


def refund(
    slip: Fields, details: Mapping[str, Fields], rounding: Rounding, shop: Shop
) -> Json:
    """Return a refund.

    Args:
        slip: of ``/order_slip``.
        details: lines of the order, by id.
        rounding: of the order.
        shop: facts.
    """
    at = shop.times.of(slip.get("date_add"))
    if at is None:
        raise slip.bad("date_add", _("the time of the refund is missing"))
    goods = both(slip, "total_products")
    shipping = both(slip, "total_shipping")
    chosen = _chosen(slip, goods)
    lines = list(_lines(slip, details))
    charges = _less(lines, goods, chosen)
    if shipping["total"]:
        charges.append({"kind": "shipping", "name": "", **shipping})
    total = (goods["total"] if chosen is None else chosen) + shipping["total"]
    total = tidy(rounding.of(total))
    lines, charges = ([rounding.part(e) for e in each] for each in (lines, charges))
    if total_of([*lines, *charges]) > total:  # by the cents of rounded lines
        net = rounding.of(goods["net"] + shipping["net"])
        charges += cents([*lines, *charges], net, total)
    return {
        "external_id": slip.ident("id"),
        "refunded_at": at,
        "total": total,
        "lines": lines,
        "charges": charges,
    }


def _chosen(slip: Fields, goods: Json) -> Decimal | None:
    """Return what a person paid back instead of the sum of the goods."""
    found = amount(slip, "amount")
    if not found or found in (goods["total"], goods["net"]):
        return None
    return found


def _lines(slip: Fields, details: Mapping[str, Fields]) -> Iterator[Json]:
    for each in slip.sub("associations").each("order_slip_details"):
        own = each.ident("id_order_detail")
        origin = details.get(own or "", Fields({}))
        net, total = amount(each, "amount_tax_excl"), amount(each, "amount_tax_incl")
        yield {
            "order_line_external_id": own,
            "product_external_id": product_key(origin),
            "sku": origin.text("product_reference"),
            "name": origin.text("product_name") or "",
            "quantity": tidy(each.number("product_quantity")),
            **parts(net, total),
        }


def _less(lines: list[Json], goods: Json, chosen: Decimal | None) -> list[Json]:
    """Return what the slip took off its goods: a used voucher, or a person's choice."""
    net, total = total_of(lines, "net"), total_of(lines)
    back = goods["total"] if chosen is None else chosen
    if back >= total:
        return []
    less = ZERO if chosen is not None else goods["net"] - net
    taken = back - total
    return [{"kind": "discount", "name": "", **parts(less or taken, taken)}]


def product_key(detail: Fields) -> str | None:
    """Return the id of a product, or of the combination of it that was sold."""
    product = detail.ident("product_id")
    combination = detail.ident("product_attribute_id")
    return f"{product}:{combination}" if product and combination else product

"""Credit memos: JSON of Magento -> refunds of an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .lines import Row, goods, shipping
from .money import WAYS, ZERO, Amounts, Way, parts, tidy, total_of
from .states import PAID_BACK


def was_paid_back(memo: Json) -> bool:
    """Tell whether money went back; a memo may be open or cancelled."""
    return memo.get("state") in (None, PAID_BACK, str(PAID_BACK))


def refund(memo: Fields, amounts: Amounts, rows: Sequence[Row]) -> Json:
    """Return a refund.

    Args:
        memo: of ``/creditmemos``.
        amounts: of its order.
        rows: of its order that count.
    """
    at = memo.time("created_at")
    if at is None:
        raise memo.bad("created_at", _("the time of the refund is missing"))
    total = amounts.of(memo, "grand_total", None)
    lines, charges = _read(memo, amounts, rows)
    return {
        "external_id": memo.ident("entity_id"),
        "refunded_at": at,
        "reason": _reason(memo),
        "total": total,
        "lines": lines,
        "charges": charges,
    }


def _read(
    memo: Fields, amounts: Amounts, rows: Sequence[Row]
) -> tuple[list[Json], list[Json]]:
    """Return lines and charges in the reading that adds up, else in Magento's own."""
    total = amounts.of(memo, "grand_total", None)
    more = amounts.of(memo, "adjustment_positive")
    found = [_parts(memo, amounts, rows, way) for way in WAYS if not way.bundles_whole]
    for lines, charges in found:
        if amounts.fits(total - more - total_of([*lines, *charges])):
            return lines, charges
    return found[0]


def _parts(
    memo: Fields, amounts: Amounts, rows: Sequence[Row], way: Way
) -> tuple[list[Json], list[Json]]:
    lines = list(_lines(memo, amounts, rows, way))
    charges = shipping(memo, amounts, way)
    if not way.shipping_done:
        charges += _discount_of_shipping(memo, amounts)
    if kept := amounts.of(memo, "adjustment_negative"):
        charges.append({"kind": "fee", "name": "", **parts(-kept, ZERO)})
    return lines, charges


def _discount_of_shipping(memo: Fields, amounts: Amounts) -> list[Json]:
    """Return what of a memo's discount none of its items has: less was paid back.

    An order names the discount of its shipping, a memo only that of all.
    """
    items = sum((amounts.of(e, "discount_amount") for e in memo.each("items")), ZERO)
    left = amounts.of(memo, "discount_amount") + items
    return [{"kind": "discount", "name": "", **parts(left, ZERO)}] if left < 0 else []


def _lines(
    memo: Fields, amounts: Amounts, rows: Sequence[Row], way: Way
) -> Iterator[Json]:
    """Yield the goods; what hangs on another row comes twice, as on the order."""
    known = {row.fields.ident("item_id"): row for row in rows}
    for each in memo.each("items"):
        origin = known.get(each.ident("order_item_id"))
        quantity = tidy(each.number("qty"))
        given = goods(Row(each, ()), amounts, way)
        given.pop("discount")
        if origin is None or not (quantity or given["total"]):
            continue
        yield {
            "order_line_external_id": each.ident("order_item_id"),
            "product_external_id": origin.product_id,
            "sku": each.text("sku"),
            "name": each.text("name") or "",
            "quantity": quantity,
            **given,
        }


def _reason(memo: Fields) -> str | None:
    """Return the first comment."""
    for each in memo.each("comments"):
        if text := each.text("comment"):
            return text
    return None

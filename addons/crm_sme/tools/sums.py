"""Whether an order adds up; how an open part of a refund splits into net and tax."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from .refusal import Refusal

ZERO = Decimal(0)


def plain(value: Decimal) -> str:
    """Return a decimal as people write it, without exponent."""
    return format(value, "f")


def _parts(items: Iterable[dict[str, Any]], name: str, half: Decimal) -> Decimal:
    """Return the sum of the totals of ``items``; each must be net + tax.

    Raises:
        Refusal: with the path below the record, e.g. ``lines[2].total``.
    """
    result = ZERO
    for position, item in enumerate(items):
        total = item["total"]
        expected = item["net"] + item["tax"]
        if total != expected and abs(total - expected) > half:
            raise Refusal(
                f"{name}[{position}].total",
                "part_sum",
                total=plain(total),
                expected=plain(expected),
                difference=plain(total - expected),
            )
        result += total
    return result


def check_order(order: dict[str, Any], half: Decimal) -> None:
    """Check that lines, charges and refunds of ``order`` add up.

    Args:
        order: as :data:`.shapes.ORDER` returns it.
        half: half a minor unit of the order's currency; more is a difference.

    Raises:
        Refusal: names the place and the difference.
    """
    total = order["total"]
    found = _parts(order["lines"], "lines", half)
    found += _parts(order["charges"], "charges", half)
    if found != total and abs(total - found) > half:
        raise Refusal(
            "total",
            "order_sum",
            total=plain(total),
            found=plain(found),
            difference=plain(total - found),
        )
    if order["refunds"] or order["refunded_total"] is not None:
        _check_refunds(order, half)


def _check_refunds(order: dict[str, Any], half: Decimal) -> None:
    seen: set[str] = set()
    refunded = ZERO
    for position, refund in enumerate(order["refunds"]):
        if refund["external_id"] in seen:
            raise Refusal(f"refunds[{position}].external_id", "refund_twice")
        seen.add(refund["external_id"])
        try:
            found = _parts(refund["lines"], "lines", half)
            found += _parts(refund["charges"], "charges", half)
        except Refusal as refusal:
            raise refusal.within(f"refunds[{position}]") from None
        if found - refund["total"] > half:
            raise Refusal(
                f"refunds[{position}].total",
                "refund_sum",
                total=plain(refund["total"]),
                found=plain(found),
                difference=plain(found - refund["total"]),
            )
        refunded += refund["total"]
    stated = order["refunded_total"]
    if stated is not None and abs(stated - refunded) > half:
        raise Refusal(
            "refunded_total",
            "refunds_sum",
            total=plain(stated),
            found=plain(refunded),
            difference=plain(stated - refunded),
        )
    if refunded - order["total"] > half:
        raise Refusal(
            "refunds",
            "refunds_exceed",
            total=plain(order["total"]),
            found=plain(refunded),
            difference=plain(refunded - order["total"]),
        )


def adjustment(
    refund: dict[str, Any], net: Decimal, total: Decimal, digits: int
) -> tuple[Decimal, Decimal] | None:
    """Return net and tax of what a refund pays back beyond its lines and charges.

    A shop that pays back a bare sum says nothing of tax: it is split as the order is.

    Args:
        refund: as :data:`.shapes.REFUND` returns it.
        net: the order's amount without tax.
        total: the order's amount with tax.
        digits: decimals of the currency.

    Returns:
        (net, tax), positive, or None when nothing is open.
    """
    parts = [*refund["lines"], *refund["charges"]]
    missing = refund["total"] - sum((part["total"] for part in parts), ZERO)
    if missing <= ZERO:
        return None
    share = net / total if total else Decimal(1)
    unit = Decimal(1).scaleb(-digits)
    missing_net = (missing * share).quantize(unit, rounding=ROUND_HALF_EVEN)
    return missing_net, missing - missing_net

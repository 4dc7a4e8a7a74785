"""How complete a customer's file is: points of what is known, of all points."""

from collections.abc import Mapping

# What may be known of a customer; the points of each stand at the kind of customer.
ITEMS = (
    "phone",
    "email",
    "address",
    "birthday",
    "contract_day",
    "vat",
    "industry",
    "website",
    "consent",
)
# For customers without a kind, as for consumers.
USUAL = {"phone": 25, "email": 25, "address": 25, "birthday": 15, "consent": 10}


def percent(known: Mapping[str, bool], points: Mapping[str, int]) -> int:
    """Give the part that is known.

    Args:
        known: whether each item is known.
        points: weight of each item; those of zero or left out do not matter.

    Returns:
        0 to 100, rounded down; 100 if nothing matters.
    """
    whole = sum(points.values())
    if not whole:
        return 100
    return 100 * sum(points[item] for item in points if known[item]) // whole


def missing(known: Mapping[str, bool], points: Mapping[str, int]) -> list[str]:
    """Name what is not known, the weightiest first.

    Args:
        known: whether each item is known.
        points: weight of each item.

    Returns:
        Items; of equal weight in the order of ``ITEMS``.
    """
    wanted = [item for item in ITEMS if points.get(item) and not known[item]]
    return sorted(wanted, key=lambda item: -points[item])

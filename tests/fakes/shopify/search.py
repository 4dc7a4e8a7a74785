"""Shopify's search syntax, as far as the agent speaks it: terms that all must hold."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

Row = dict[str, Any]
_TERM = re.compile(r"(\w+):(>=|<=|>|<)?(?:'([^']*)'|(\S+))")
_TIMES = {"updated_at": "updatedAt", "processed_at": "processedAt"}


def number(gid: str) -> int:
    """Return the number of an id."""
    return int(gid.rpartition("/")[2])


def fits(row: Row, query: str | None) -> bool:
    """Tell whether a row fits a search."""
    return all(_holds(row, *term) for term in _TERM.findall(query or ""))


def _holds(row: Row, name: str, sign: str, quoted: str, bare: str) -> bool:
    text = quoted or bare
    if name == "id":
        return _compared(number(row["id"]), sign, int(text))
    if name in _TIMES:
        own = datetime.fromisoformat(row[_TIMES[name]])
        return _compared(own, sign, datetime.fromisoformat(text))
    if name == "status":
        return text == "any" or str(row.get("status", "")).lower() == text
    # an unknown name is ignored without a word, as Shopify does
    return True


def _compared(own: Any, sign: str, other: Any) -> bool:
    results = {
        ">=": own >= other,
        "<=": own <= other,
        ">": own > other,
        "<": own < other,
        "": own == other,
    }
    return results[sign]

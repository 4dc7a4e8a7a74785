"""Names of people, put together in the order of their script."""

from __future__ import annotations

import re

_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")


def full_name(first: str | None, last: str | None) -> str | None:
    """Return first and last name in one: 欧阳梓萱, 高橋 さくら, Emma Müller."""
    if first and last and _HAN.search(first) and _HAN.search(last):
        return f"{last}{first}"
    if first and last and _KANA.search(first + last):
        return f"{last} {first}"
    return " ".join(part for part in (first, last) if part) or None

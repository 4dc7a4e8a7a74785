"""Keys and likeness of people, for finding a customer again without a shop's id."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

SIMILAR = 0.85
"""Least likeness (0 to 1) of two names that share a phone number."""
_NO_WORD = re.compile(r"[^\w]+", re.UNICODE)


def name_words(name: str | None) -> list[str]:
    """Return the words of a name, folded: no case, no accents, no points."""
    folded = unicodedata.normalize("NFKD", (name or "").casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return [word for word in _NO_WORD.split(bare) if word]


def _initials_agree(one: list[str], other: list[str]) -> bool:
    """Return whether words agree pair by pair, a single letter for a whole word."""
    rest = list(other)
    for word in one:
        match = next(
            (
                w
                for w in rest
                if w == word or (min(len(w), len(word)) == 1 and w[:1] == word[:1])
            ),
            None,
        )
        if match is None:
            return False
        rest.remove(match)
    return any(len(word) > 1 and word in other for word in one)


def similar_names(one: str | None, other: str | None) -> bool:
    """Return whether two names may mean the same person or company.

    The order of words, case, accents and points do not count; an initial stands for a
    name; a name may lack a middle part. Two empty names are not similar.
    """
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return False
    if "".join(a) == "".join(b):
        return True  # a Chinese name with or without a space
    a, b = sorted(a), sorted(b)
    joined_a, joined_b = "".join(a), "".join(b)
    if joined_a == joined_b:
        return True
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) > 1 and set(short) <= set(long):
        return True
    if len(short) > 1 and _initials_agree(short, long):
        return True
    return SequenceMatcher(None, joined_a, joined_b).ratio() >= SIMILAR


def guest_key(
    email: str | None, phone: str | None, external_id: str | None
) -> str | None:
    """Return the key of a guest's binding, the strongest that is known.

    Args:
        email: normalised e-mail.
        phone: E.164 number.
        external_id: the shop's account that has not come yet.

    Returns:
        ``guest:…``, or None when nothing tells one guest from another.
    """
    if email:
        return f"guest:{email}"
    if phone:
        return f"guest:{phone}"
    if external_id:
        return f"guest:#{external_id}"
    return None

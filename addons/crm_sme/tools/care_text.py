"""Placeholders in the texts of care plans: found, checked, filled.

Two spellings, those of Odoo's own templates: ``{{ object.name }}`` anywhere, and
``<t t-out="object.name"/>`` in messages. In the address of a link a blank is ``%20``,
as editors write it. Nothing else is run: a text is filled by putting words in its gaps,
thousands of times from one parse.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

GAP = re.compile(
    r"\{\{(?:\s|%20)*(?P<inline>[\w.]+)(?:\s|%20)*(?:\|\|\|\s*(?P<default>[^{}]*?)\s*)?\}\}"
    r"|<t\s+t-out=(?P<quote>[\"'])\s*(?P<out>[\w.]+)\s*(?P=quote)\s*"
    r"(?:/>|>(?P<inner>[^<>]*)</t>)"
)
REST = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}|<t[\s>][^>]*>|<[^>]*\st-[\w-]+=[^>]*>", re.S)
SHOWN = 60


@dataclass(frozen=True)
class Gap:
    """A place for a word of the customer; ``default`` when there is none."""

    path: str
    default: str


Pieces = list[str | Gap]


def parse_text(text: str | bool | None) -> Pieces:
    """Cut a text into what stays and what is filled in.

    Args:
        text: plain or HTML; falsy means empty.
    """
    if not text or text is True:
        return []
    pieces: Pieces = []
    end = 0
    for match in GAP.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        path = match["inline"] or match["out"]
        default = match["default"] or (match["inner"] or "").strip()
        pieces.append(Gap(path, default))
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    return pieces


def wrong_placeholder(text: str | bool | None, allowed: Mapping[str, object]) -> str:
    """Find the first placeholder that cannot be filled.

    Args:
        text: plain or HTML.
        allowed: what may stand in a gap, by path.
    Returns:
        The placeholder as it is written, shortened; empty if all are good.
    """
    for piece in parse_text(text):
        if isinstance(piece, Gap):
            if piece.path not in allowed:
                return f"{{{{ {piece.path} }}}}"
        elif rest := REST.search(piece):
            return rest[0][:SHOWN]
    return ""


def paths_of(pieces: Pieces) -> set[str]:
    """Give what the gaps of a text ask for."""
    return {piece.path for piece in pieces if isinstance(piece, Gap)}


def fill_text(
    pieces: Pieces, words: Mapping[str, str], escape: Callable[[str], str] = str
) -> str:
    """Put the words into the gaps.

    Args:
        pieces: of ``parse_text``.
        words: by path; a missing or empty one is replaced by the gap's default.
        escape: makes a word safe for the text around it, e.g. for HTML.
    """
    return "".join(
        piece
        if isinstance(piece, str)
        else str(escape(words.get(piece.path) or piece.default))
        for piece in pieces
    )

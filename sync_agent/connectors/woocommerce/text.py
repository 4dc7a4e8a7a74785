"""Text of WordPress -> plain text: names come with tags and entities."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--)>", re.DOTALL)
_BREAK = re.compile(r"<(?:br\s*/?|/p|/li|/div)>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]+")
_LINES = re.compile(r"\n\s*\n+")


def plain(value: str | None) -> str | None:
    """Return one line of text without tags and entities, ``None`` when empty."""
    if value is None:
        return None
    if "<" in value:
        value = _TAG.sub("", value)
    if "&" in value:
        value = html.unescape(value)
    return value.strip() or None


def plain_block(value: str | None) -> str | None:
    """Return text of several lines; paragraphs and breaks become line ends."""
    if value is None:
        return None
    text = _TAG.sub("", _BREAK.sub("\n", value))
    text = _BLANKS.sub(" ", html.unescape(text).replace("\r", ""))
    return _LINES.sub("\n", text).strip() or None

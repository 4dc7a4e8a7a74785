"""Keeps secrets out of logs and errors."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST_SECRET = 4
_NAMES = (
    r"[\w-]*(?:consumer_key|consumer_secret|api[_-]?key|access[_-]?token"
    r"|refresh[_-]?token|token|password|passwd|secret|signature|client_id)"
)
_PATTERNS = (
    # query strings and forms
    (re.compile(rf"(?i)\b({_NAMES}|key|sign|oauth_\w+)=[^&\s\"'<>]+"), rf"\1={MASK}"),
    # headers
    (
        re.compile(
            r"(?i)\b(authorization|x-[\w-]*(?:token|key)|vendure-api-key|cookie)"
            r"(['\"]?\s*[:=]\s*['\"]?)(?:(?:bearer|basic|token)\s+)?[^\s,'\"}]+"
        ),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {MASK}"),
    # JSON
    (
        re.compile(rf"(?i)([\"'](?:{_NAMES})[\"']\s*:\s*)[\"'][^\"']*[\"']"),
        rf'\1"{MASK}"',
    ),
    # name and password before a host
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{MASK}@"),
)


class Redactor:
    """Masks known secrets in all their spellings, and what looks like one.

    Args:
        secrets: texts that never may be seen; very short ones are left to the patterns.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Learn more secrets."""
        for secret in secrets:
            if len(secret) < _SHORTEST_SECRET:
                continue
            encoded = base64.b64encode(secret.encode()).decode()
            self._known |= {secret, quote(secret, safe=""), quote_plus(secret), encoded}
        if self._known:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def add_pair(self, user: str, password: str) -> None:
        """Learn a name and its password, also as HTTP Basic writes them."""
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.add(password, basic)

    def known(self, text: str) -> str:
        """Return ``text`` without the secrets that are known.

        For texts that people read: a remedy may say ``key=VALUE``.
        """
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def __call__(self, text: str) -> str:
        """Return ``text`` without known secrets and what looks like one."""
        text = self.known(text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def masked(value: Any, mask: Callable[[str], str]) -> Any:
    """Return a JSON value with each text masked, at any depth; other things as text."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, int | float | bool | None):
        return value
    if isinstance(value, dict):
        return {key: masked(item, mask) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, mask) for item in value]
    return mask(str(value))

"""Why a record cannot be stored: a place, a code and what the text needs."""

from __future__ import annotations

from typing import Any


class Refusal(ValueError):
    """A record is refused; the text is made later, in the user's language.

    Attributes:
        path: where in the record, e.g. ``lines[0].total``; empty for all of it.
        code: which reason, a key of the table of texts in ``models/refusal_text.py``.
        params: what the text names, all of it already text.
    """

    def __init__(self, path: str, code: str, **params: Any) -> None:
        super().__init__(f"{path}: {code} {params}" if params else f"{path}: {code}")
        self.path = path
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}

    def within(self, step: str) -> Refusal:
        """Return this refusal as seen from the container that holds ``step``."""
        if not self.path:
            path = step
        elif self.path.startswith("["):
            path = step + self.path
        else:
            path = f"{step}.{self.path}"
        return Refusal(path, self.code, **self.params)

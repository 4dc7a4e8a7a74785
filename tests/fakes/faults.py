"""Troubles that a fake server acts out on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Fault:
    """One trouble.

    Attributes:
        kind: ``status``, ``html``, ``truncate``, ``half_json``, ``bad_gzip``, ``drop``
            (after the work is done), ``cut`` (before), ``slow``.
        times: how often it comes.
        skip: matching requests that pass before.
        path: text that the path must contain.
        status: of the answer.
        headers: of the answer, e.g. ``Retry-After``.
        body: JSON of the answer.
        seconds: of ``slow``.
    """

    kind: str
    times: int = 1
    skip: int = 0
    path: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0

    def text(self) -> bytes:
        """Return the body as it goes over the wire."""
        return b"" if self.body is None else json.dumps(self.body).encode()


class Faults:
    """The troubles to come, and hooks that run before an answer is made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._hooks: list[tuple[str, int, Callable[[], Any]]] = []

    def add(self, kind: str, **options: Any) -> None:
        """Let a trouble come; see :class:`Fault`."""
        with self._lock:
            self._waiting.append(Fault(kind, **options))

    def busy(
        self, retry_after: str | None, *, status: int = 429, **options: Any
    ) -> None:
        """Answer 429 or 503, with or without ``Retry-After``."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        body = {"code": "too_many", "message": "Slow down", "data": {"status": status}}
        self.add("status", status=status, headers=headers, body=body, **options)

    def before(self, path: str, call: Callable[[], Any], *, skip: int = 0) -> None:
        """Run ``call`` once before a request to ``path`` is answered: drift."""
        with self._lock:
            self._hooks.append((path, skip, call))

    def clear(self) -> None:
        """Forget all troubles."""
        with self._lock:
            self._waiting.clear()
            self._hooks.clear()

    def run_hooks(self, path: str) -> None:
        """Run what waits for this request."""
        due = []
        with self._lock:
            keep: list[tuple[str, int, Callable[[], Any]]] = []
            for wanted, skip, call in self._hooks:
                if wanted not in path:
                    keep.append((wanted, skip, call))
                elif skip:
                    keep.append((wanted, skip - 1, call))
                else:
                    due.append(call)
            self._hooks = keep
        for call in due:
            call()

    def take(self, path: str) -> Fault | None:
        """Return the trouble for this request, if there is one."""
        with self._lock:
            for fault in self._waiting:
                if fault.path not in path:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

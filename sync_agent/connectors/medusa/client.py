"""HTTP to a Medusa server's admin API: what to ask, and what refusals mean.

Lists are read in the order of ids (ULIDs, which rise with time), each page beginning
with the last row of the one before. A filter that a release does not know is ignored
without a word, so what comes back is never trusted to be all new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Answer, Json, Tools, Transport
from sync_agent.transport.walk import Slice, walk

from .settings import MedusaSettings

AT_ONCE = 50
"""Ids in one question: an address has its longest length."""
_REFUSALS = (400, 401, 403)
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_SHOWN = 200


def refusal(status: int, body: Any) -> AgentError:
    """Return the error for a refused request, with what a person can do.

    Where there is no such API, a page in HTML comes with 404: the transport tells it.

    Args:
        status: 400, 401 or 403.
        body: JSON of Medusa: ``type``, ``message``.
    """
    said = str(body.get("message") or "")[:_SHOWN] if isinstance(body, dict) else ""
    if status == _FORBIDDEN:
        return NeedsCredentials(
            _("The key may not read this: {said}", said=said or status),
            _("Give the key a role that may read orders, customers and products."),
        )
    if status == _UNAUTHORIZED:
        return NeedsCredentials(
            _("The shop refuses the key ({said}).", said=said or status),
            _(
                "Make a new one (Medusa Admin > Settings > Secret API Keys): it "
                "begins with sk_; a publishable key (pk_) may not read orders."
            ),
        )
    return Fatal(
        _("The shop refused the request ({status}: {said}).", status=status, said=said),
        _("An update or a module of the shop may have changed its API; report this."),
    )


def since_filter(column: str, since: datetime | None) -> Json:
    """Return the filter for rows whose date is not before a time."""
    if since is None:
        return {}
    at = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {f"{column}[$gte]": at}


def row_id(row: Json) -> str:
    """Return the id of a row."""
    return str(row["id"])


class MedusaClient:
    """A shop, seen through its admin API."""

    def __init__(self, settings: MedusaSettings, tools: Tools) -> None:
        key = settings.api_key.get_secret_value()
        self.page_size = settings.page_size
        self.served_at: datetime | None = None
        self._http: Transport = settings.connect(
            tools, f"{settings.url}/admin", auth=(key, ""), secrets=[key]
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def ask(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """Return the JSON of an answer; remember the shop's clock.

        Raises:
            NeedsCredentials, Fatal: see :func:`refusal`.
            Retryable: the transport gave up, or no JSON object came.
        """
        answer: Answer = self._http.request(
            "GET", path, params=params, accept=_REFUSALS
        )
        if answer.status in _REFUSALS:
            raise refusal(answer.status, answer.body)
        self.served_at = answer.served_at
        if not isinstance(answer.body, dict):
            raise _odd(path)
        return answer.body

    def slice(
        self,
        path: str,
        offset: int,
        limit: int,
        filters: Mapping[str, Any] | None = None,
        fields: str = "",
    ) -> Slice[Json]:
        """Return rows of a list in the order of their ids, from an offset on.

        Args:
            path: of the list.
            offset: rows left out.
            limit: rows at most.
            filters: as they stand in the address.
            fields: beside those that come by themselves (``+x``, ``*relation``), or
                instead of them.
        """
        body = self.ask(
            path,
            {
                **(filters or {}),
                "order": "id",
                "offset": offset,
                "limit": limit,
                "fields": fields or None,
            },
        )
        rows = body.get(_ROOTS.get(path, path.replace("-", "_")))
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and row.get("id") for row in rows
        ):
            raise _odd(path)
        total = body.get("count")
        return Slice(rows, total if isinstance(total, int) else None)

    def pages(
        self, path: str, filters: Mapping[str, Any] | None = None, fields: str = ""
    ) -> Iterator[Sequence[Json]]:
        """Yield a whole list, page by page."""

        def rows(offset: int, limit: int) -> Slice[Json]:
            return self.slice(path, offset, limit, filters, fields)

        for step in walk(rows, row_id, self.page_size):
            yield step.rows

    def by_ids(self, path: str, ids: Sequence[str], fields: str = "") -> Iterator[Json]:
        """Yield the rows of ids that exist."""
        for start in range(0, len(ids), AT_ONCE):
            some = list(ids[start : start + AT_ONCE])
            wanted = set(some)
            for rows in self.pages(path, {"id[]": some}, fields):
                yield from (row for row in rows if row_id(row) in wanted)


_ROOTS = {"product-variants": "variants"}
"""Lists whose rows stand under another name than theirs."""


def _odd(path: str) -> Retryable:
    return Retryable(
        _("The shop's answer for {path} has an unexpected form.", path=path),
        _("A module may have changed it; it is tried again at the next run."),
    )

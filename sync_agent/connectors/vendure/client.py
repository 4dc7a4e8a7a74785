"""GraphQL to a Vendure shop's admin API, whose errors come inside HTTP 200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Answer, Clock, Json, Tools, Transport
from sync_agent.transport.walk import Slice

from . import queries
from .money import Cut, cut_by_currency, cut_by_shop
from .settings import VendureSettings

TOKEN_HEADER = "vendure-auth-token"  # noqa: S105  a header's name
CHANNEL_HEADER = "vendure-token"
_BAD_REQUEST = 400
_TRIES = 3
_WAIT_S = 1.0
_SHOWN = 200


class ServerTrouble(Retryable):
    """The shop failed inside while it answered; another record may work."""


def failure(errors: Sequence[Any]) -> AgentError:
    """Return the error for the ``errors`` of an answer: one table.

    Args:
        errors: each with ``message``, ``path`` and ``extensions.code``.
    """
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    code = str((first.get("extensions") or {}).get("code") or "")
    said = str(first.get("message") or "")[:_SHOWN]
    path = ".".join(str(step) for step in first.get("path") or ())
    if code in ("FORBIDDEN", "UNAUTHENTICATED"):
        return NeedsCredentials(
            _(
                "The shop refuses {path}: the key is unknown, was revoked, "
                "or lacks the right.",
                path=path or _("the request"),
            ),
            _("Check api_key; its role needs ReadOrder, ReadCustomer and ReadCatalog."),
        )
    if code == "CHANNEL_NOT_FOUND":
        return NeedsCredentials(
            _("The shop has no channel with this token."),
            _("Copy channel_token from Settings > Channels, or leave it out."),
        )
    if code in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"):
        return Fatal(
            _("The shop does not understand the question: {said}", said=said),
            _(
                "Vendure 3 is needed; is the address that of the admin API "
                "(…/admin-api), not of the shop API?"
            ),
        )
    if code in ("USER_INPUT_ERROR", "BAD_USER_INPUT"):
        return Fatal(
            _("The shop refuses the question: {said}", said=said),
            _("If it speaks of too many results, lower page_size and records_at_once."),
        )
    return ServerTrouble(
        _("The shop failed at {path}: {said}", path=path or _("a request"), said=said),
        _("Its log says more; it is tried again at the next run."),
    )


class VendureClient:
    """A shop, seen through its admin API."""

    def __init__(self, settings: VendureSettings, tools: Tools) -> None:
        self._settings = settings
        self._clock: Clock = tools.clock
        self._token = ""
        self._cut: Cut | None = None
        self.page_size = settings.page_size
        self.served_at: datetime | None = None
        self._http: Transport = settings.connect(
            tools,
            settings.url,
            headers=_headers(settings),
            secrets=_secrets(settings),
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the ``data`` of an answer; never half of it.

        Raises:
            NeedsCredentials, Fatal, ServerTrouble: see :func:`failure`.
        """
        self._log_in()
        for attempt in range(1, _TRIES + 1):
            try:
                return self._data(self._send(query, variables))
            except ServerTrouble:
                if attempt == _TRIES:
                    raise
                self._clock.sleep(_WAIT_S * attempt)
            except NeedsCredentials:
                if not self._token or attempt > 1:
                    raise
                # the session may have run out
                self._token = ""
                self._log_in()
        raise AssertionError("unreachable")

    def slice(
        self,
        query: str,
        root: str,
        offset: int,
        limit: int,
        filters: Mapping[str, Any] | None = None,
    ) -> Slice[Json]:
        """Return rows of a list in the order of their ids, from an offset on."""
        options: Json = {"skip": offset, "take": limit, "sort": {"id": "ASC"}}
        if filters:
            options["filter"] = dict(filters)
        data = self.ask(query, {"options": options})
        found = data.get(root)
        if not isinstance(found, dict) or not isinstance(found.get("items"), list):
            raise Fatal(
                _("The shop's answer for {root} has an unexpected form.", root=root),
                _("Is the address that of a Vendure admin API (…/admin-api)?"),
            )
        total = found.get("totalItems")
        return Slice(found["items"], total if isinstance(total, int) else None)

    def whole(self, query: str, root: str, ids: Sequence[str]) -> Iterator[Json]:
        """Yield whole records by id.

        One that makes the shop fail costs only itself: it comes as ``{"id": …,
        "error": …}``.
        """
        at_once = self._settings.records_at_once
        for start in range(0, len(ids), at_once):
            yield from self._whole(query, root, ids[start : start + at_once])

    def _whole(self, query: str, root: str, ids: Sequence[str]) -> Iterator[Json]:
        filters = {"id": {"in": list(ids)}}
        try:
            found = self.slice(query, root, 0, len(ids), filters)
        except ServerTrouble as error:
            if len(ids) == 1:
                if not self._still_works():
                    raise
                yield {"id": ids[0], "error": error.message}
                return
            middle = len(ids) // 2
            yield from self._whole(query, root, ids[:middle])
            yield from self._whole(query, root, ids[middle:])
            return
        yield from found.rows

    def _still_works(self) -> bool:
        """Tell whether the shop answers something else: then the record is at fault."""
        try:
            self.ask(queries.CHANNEL)
        except ServerTrouble:
            return False
        return True

    @property
    def cut(self) -> Cut:
        """How amounts become decimals; asks the shop once."""
        if self._cut is None:
            if self._settings.minor_units == "currency":
                self._cut = cut_by_currency
            else:
                data = self.ask(queries.MONEY_PLACES)
                config = data["globalSettings"]["serverConfig"]
                self._cut = cut_by_shop(int(config["moneyStrategyPrecision"]))
        return self._cut

    def _log_in(self) -> None:
        name, password = self._settings.username, self._settings.password
        if self._token or name is None or password is None:
            return
        answer = self._send(
            queries.LOGIN,
            {"username": name, "password": password.get_secret_value()},
        )
        result = self._data(answer).get("login") or {}
        token = answer.headers.get(TOKEN_HEADER, "")
        if result.get("__typename") != "CurrentUser" or not token:
            raise NeedsCredentials(
                _(
                    "The shop refuses the login: {said}.",
                    said=result.get("message") or _("no token"),
                ),
                _(
                    "Check username and password; the shop must allow bearer "
                    "tokens (authOptions.tokenMethod)."
                ),
            )
        self._token = token

    def _send(self, query: str, variables: Mapping[str, Any] | None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else None
        answer = self._http.request(
            "POST",
            "",
            json={"query": query, "variables": dict(variables or {})},
            headers=headers,
            accept=(_BAD_REQUEST,),
        )
        self.served_at = answer.served_at
        return answer

    @staticmethod
    def _data(answer: Answer) -> Json:
        body = answer.body
        if isinstance(body, dict):
            if body.get("errors"):
                raise failure(body["errors"])
            if isinstance(body.get("data"), dict):
                data: Json = body["data"]
                return data
        raise Fatal(
            _("The shop's answer is not GraphQL."),
            _(
                "The address must be that of the admin API, e.g. "
                "https://shop.example/admin-api."
            ),
        )


def _headers(settings: VendureSettings) -> dict[str, str]:
    headers = {}
    if settings.api_key is not None:
        headers[settings.api_key_header] = settings.api_key.get_secret_value()
    if settings.channel_token is not None:
        headers[CHANNEL_HEADER] = settings.channel_token.get_secret_value()
    return headers


def _secrets(settings: VendureSettings) -> list[str]:
    given = (settings.api_key, settings.password, settings.channel_token)
    return [secret.get_secret_value() for secret in given if secret is not None]

"""GraphQL to a shop's Admin API, whose errors come inside HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from sync_agent.errors import NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Answer, Json, Tools, Transport
from sync_agent.transport.walk import Slice

from . import queries
from .cost import CostBudget
from .money import number_of
from .refusals import ServerTrouble, Throttled, failure, hidden_fields
from .settings import ShopifySettings
from .tokens import Tokens

log = structlog.get_logger(__name__)

_UNAUTHORIZED = 401
_TRIES = 4
_TRIES_THROTTLED = 20
_WAIT_S = 1.0
VERSION_HEADER = "X-Shopify-API-Version"


class ShopifyClient:
    """A shop, seen through its Admin API."""

    def __init__(self, settings: ShopifySettings, tools: Tools) -> None:
        self.settings = settings
        self.tools = tools
        self.served_at: datetime | None = None
        self.version = ""
        self.hidden: set[str] = set()
        self._tokens = Tokens(settings, tools)
        self._budget = CostBudget(tools.clock)
        self._http: Transport | None = None
        self._token = ""
        self._shop: Json | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._http is not None:
            self._http.close()

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the ``data`` of an answer; fields that are hidden are ``null``.

        Raises:
            NeedsCredentials, Fatal, TooDear, Throttled, ServerTrouble: see
                :func:`.refusals.failure`.
        """
        troubles = throttled = 0
        while True:
            self._budget.wait_for(query)
            answer = self._send(query, variables)
            body = answer.body if isinstance(answer.body, dict) else {}
            needed = self._budget.learn(query, body.get("extensions"))
            try:
                return self._data(body)
            except Throttled:
                throttled += 1
                if throttled >= _TRIES_THROTTLED:
                    raise
                self._budget.wait(needed)
            except ServerTrouble:
                troubles += 1
                if troubles >= _TRIES:
                    raise
                self.tools.clock.sleep(_WAIT_S * troubles)

    def slice(self, query: str, root: str, wanted: str, first: int) -> Slice[Json]:
        """Return the first rows of a list that fit a search, in the order of ids."""
        data = self.ask(query, {"first": first, "query": wanted or None})
        found = data.get(root)
        if not isinstance(found, dict) or not isinstance(found.get("nodes"), list):
            raise Retryable(
                _("Shopify's answer for {root} has an unexpected form.", root=root),
                _("It is tried again at the next run."),
            )
        more = (found.get("pageInfo") or {}).get("hasNextPage")
        return Slice(found["nodes"], last=more is False)

    def nodes(self, query: str, ids: Sequence[str], **sizes: int) -> list[Json]:
        """Return whole records by their whole ids; those that do not exist are left."""
        data = self.ask(query, {"ids": list(ids), **sizes})
        return [row for row in data.get("nodes") or () if row and row.get("id")]

    def count(self, root: str) -> int:
        """Return the length of a list."""
        data = self.ask(queries.count(root))
        return int((data.get(f"{root}Count") or {}).get("count") or 0)

    @property
    def shop(self) -> Json:
        """Name, currency and age of the shop, and the scopes of the app; asked once."""
        if self._shop is None:
            self._shop = self.ask(queries.SHOP)
        return self._shop

    @property
    def scopes(self) -> set[str]:
        """What the app may do."""
        installation = self.shop.get("currentAppInstallation") or {}
        return {each["handle"] for each in installation.get("accessScopes") or ()}

    def _send(self, query: str, variables: Mapping[str, Any] | None) -> Answer:
        for is_last in (False, True):
            answer = self._connection().request(
                "POST",
                "graphql.json",
                json={"query": query, "variables": dict(variables or {})},
                accept=(_UNAUTHORIZED,),
            )
            if answer.status != _UNAUTHORIZED:
                break
            if is_last or self._tokens.lasting:
                raise NeedsCredentials(
                    _("Shopify refuses the token."),
                    _(
                        "It was revoked or the app was taken out of the shop: install "
                        "the app again, or write a new token into the settings."
                    ),
                )
            self._tokens.forget()
        self.served_at = answer.served_at
        self._note_version(answer.headers.get(VERSION_HEADER, ""))
        return answer

    def _connection(self) -> Transport:
        token = self._tokens.get()
        if self._http is None or token != self._token:
            self.close()
            settings = self.settings
            self._token = token
            # made anew for each token, so that none gets into a log
            self._http = settings.connect(
                self.tools,
                f"{settings.url}/admin/api/{settings.api_version}",
                headers={"X-Shopify-Access-Token": token},
                secrets=[token],
            )
        return self._http

    def _note_version(self, version: str) -> None:
        if version and version not in (self.version, self.settings.api_version):
            log.warning(
                "api_version_changed",
                asked=self.settings.api_version,
                answered=version,
                remedy=_("That version has ended; update the agent."),
            )
        self.version = version or self.version

    def _data(self, body: Json) -> Json:
        errors, data = body.get("errors"), body.get("data")
        if errors:
            hidden = hidden_fields(errors) if isinstance(data, dict) else set()
            if not hidden:
                raise failure(errors)
            self.hidden |= hidden
        if not isinstance(data, dict):
            raise Retryable(
                _("Shopify's answer is not GraphQL."),
                _("It is tried again at the next run."),
            )
        return data


def row_key(row: Json) -> int:
    """Return the number of a row's id: lists are ordered by it."""
    return int(number_of(row["id"]) or 0)

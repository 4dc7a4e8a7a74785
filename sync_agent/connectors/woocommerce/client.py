"""HTTP to a WooCommerce shop (REST API v3): what to ask, and what refusals mean.

The keys travel in the ``Authorization`` header only: in the query they would land in
the logs of servers, and the ``Link`` header repeats them (it is never followed).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import N_, _
from sync_agent.port import Answer, Json, Tools, Transport
from sync_agent.transport.walk import Slice

from .settings import WooCommerceSettings

MAX_PER_PAGE = 100
"""More is answered with 400."""
_REFUSALS = (400, 401, 403, 404)

_AUTH_REMEDIES = (
    (
        "secret is invalid",
        N_("The consumer secret does not belong to the key."),
        N_("Copy both again, or make a key with the permission Read in the shop."),
    ),
    (
        "key is invalid",
        N_("The shop does not know the consumer key."),
        N_(
            "It was revoked or belongs to another shop; make a key with the "
            "permission Read."
        ),
    ),
    (
        "write permissions",
        N_("The key may read but not write."),
        N_("The agent only reads, so something else sent this; report it."),
    ),
    (
        "read permissions",
        N_("The key may write but not read."),
        N_("Make a key with the permission Read in the shop."),
    ),
    (
        "timestamp",
        N_("The shop refuses the time of the signed request."),
        N_("Set the clock of this machine or of the shop's server (NTP)."),
    ),
    (
        "nonce",
        N_("The shop saw the same signed request twice."),
        N_("Something between agent and shop repeats requests; use https."),
    ),
    (
        "signature",
        N_("The shop refuses the signature of the request."),
        N_("Check the consumer secret; behind a proxy use the https address."),
    ),
)


def refusal(status: int, body: Any) -> AgentError:
    """Return the error for a refused request, with what a person can do.

    Args:
        status: 400, 401, 403 or 404.
        body: JSON of WordPress: ``code``, ``message``, ``data``.
    """
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    said = str(body.get("message", "")) if isinstance(body, dict) else ""
    if status in (401, 403):
        for sign, message, remedy in _AUTH_REMEDIES:
            if sign in said.lower():
                return NeedsCredentials(_(message), _(remedy))
        if code in ("woocommerce_rest_cannot_view", "rest_forbidden"):
            return NeedsCredentials(
                _("The shop does not know the key, or its user may not read this."),
                _(
                    "Check the consumer key and that its user is a shop "
                    "manager; some hosts strip the Authorization header: ask "
                    "them to pass it on."
                ),
            )
        return NeedsCredentials(
            _(
                "The shop refused the key ({status}: {said}).",
                status=status,
                said=said[:100],
            ),
            _("Make a key with the permission Read and write it into the settings."),
        )
    if code == "rest_no_route":
        return Fatal(
            _("The shop has no WooCommerce REST API at this address."),
            _(
                "Check the address, that WooCommerce is active, and that "
                "permalinks are not 'Plain' (WordPress > Settings > "
                "Permalinks)."
            ),
        )
    return Fatal(
        _(
            "The shop refused the request ({status} {code}: {said}).",
            status=status,
            code=code,
            said=said[:100],
        ),
        _("An update or a plugin of the shop may have changed its API; report this."),
    )


class WooClient:
    """A shop, seen through its REST API."""

    def __init__(self, settings: WooCommerceSettings, tools: Tools) -> None:
        key = settings.consumer_key.get_secret_value()
        secret = settings.consumer_secret.get_secret_value()
        self.page_size = settings.page_size
        self.served_at: datetime | None = None
        self.version = ""
        self._http: Transport = settings.connect(
            tools,
            settings.base_url,
            auth=_oauth1(key, secret) if settings.signs else (key, secret),
            secrets=(key, secret, b64encode(f"{key}:{secret}".encode()).decode()),
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def ask(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Return an answer of 2xx; remember the shop's clock.

        Raises:
            NeedsCredentials, Fatal: see :func:`refusal`.
            Retryable: the transport gave up.
        """
        answer = self._http.request("GET", path, params=params, accept=_REFUSALS)
        if answer.status in _REFUSALS:
            raise refusal(answer.status, answer.body)
        self.served_at = answer.served_at
        return answer

    def slice(self, path: str, offset: int, limit: int, **params: Any) -> Slice[Json]:
        """Return rows of a list ordered by id, from an offset on.

        Ordered by date, pages of WooCommerce lose rows whose stamps tie.
        """
        answer = self.ask(
            path,
            {
                "per_page": limit,
                "offset": offset,
                "orderby": "id",
                "order": "asc",
                **params,
            },
        )
        return Slice(_rows(answer.body, path), total_of(answer))

    def rows(self, path: str, **params: Any) -> Sequence[Json]:
        """Return the rows of one page."""
        answer = self.ask(path, {"per_page": MAX_PER_PAGE, **params})
        return _rows(answer.body, path)

    def one(self, path: str, **params: Any) -> Json | None:
        """Return a single record, ``None`` when the shop says that it has none."""
        answer = self._http.request("GET", path, params=params, accept=_REFUSALS)
        if answer.status == 404 and _is_missing_record(answer.body):  # noqa: PLR2004
            return None
        if answer.status in _REFUSALS:
            raise refusal(answer.status, answer.body)
        if not isinstance(answer.body, dict):
            raise _odd(path)
        return answer.body

    def has_route(self, path: str) -> bool:
        """Tell whether the shop's release knows a list."""
        answer = self._http.request(
            "GET", path, params={"per_page": 1}, accept=_REFUSALS
        )
        if answer.status not in _REFUSALS:
            return True
        if answer.status == 404:  # noqa: PLR2004
            return False
        raise refusal(answer.status, answer.body)


def _oauth1(key: str, secret: str) -> Any:
    # only shops without https need it: 20 ms of start-up that others are spared
    from requests_oauthlib import OAuth1  # noqa: PLC0415

    return OAuth1(
        key,
        secret,
        signature_method="HMAC-SHA256",
        signature_type="auth_header",
    )


def _rows(body: Any, path: str) -> list[Json]:
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise _odd(path)
    return body


def _odd(path: str) -> Retryable:
    return Retryable(
        _("The shop's answer for {path} has an unexpected form.", path=path),
        _("A plugin may have changed it; it is tried again at the next run."),
    )


def total_of(answer: Answer) -> int | None:
    """Return the length of a list, if the shop told it."""
    text = answer.headers.get("X-WP-Total", "")
    return int(text) if text.isdigit() else None


def _is_missing_record(body: Any) -> bool:
    """Tell a deleted record from a wrong address: both are 404."""
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    return code.endswith("_invalid_id") or code == "wc_user_invalid_id"

"""What Youzan's errors mean: they come inside HTTP 200.

The gateway answers ``{"gw_err_resp": {"err_code", "err_msg"}}``, an API
``{"success": false, "code", "message"}``, older ones
``{"error_response": {"code", "msg"}}``. One code may mean several things: then the
words decide.
"""

from __future__ import annotations

import re
from typing import Any

from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.i18n import N_, _
from sync_agent.port import Json

TOKEN_ENDED = frozenset({4201, 4202, 4203})
"""The token is missing, has run out, or is not known."""
_SHOWN = 150


class Trouble(Retryable):
    """Youzan failed inside, or asks for patience; the same call may work soon."""


class NotThere(Fatal):
    """The record asked for does not exist (for this shop)."""


_NOT_THERE = frozenset(
    {
        *(106000004, 106100110),  # no number of an order
        *(103011024, 103010052),  # no refund
        *(122001001, 123005001),  # no product
        *(141001107, 144100000, 144100001),  # no customer of this shop
    }
)
_TROUBLES = frozenset({-100, 5001, 106000001, 106100118})
_SPAN = re.compile("一年|3个月|三个月|起止时间|时间跨度")
_MISSING_WORDS = re.compile("not found|不存在", re.IGNORECASE)
_QUOTA = re.compile("欠费|额度|配额|用量")
_SLOW_DOWN = re.compile("限流|频繁|超限|超过限制|rate.?limit|too (?:many|fast)", re.I)
_BUSY = re.compile("超时|繁忙|稍后|系统异常|timeout|busy", re.IGNORECASE)
_QUOTA_PAUSE_S = 3600.0

_ACCESS: dict[int, tuple[type[AgentError], str, str]] = {
    4001: (
        Fatal,
        N_("Youzan does not know this address: {said}"),
        N_("Is url https://open.youzanyun.com? Else update the agent."),
    ),
    4005: (
        Fatal,
        N_("Youzan does not know this API any more: {said}"),
        N_("Its version has ended: update the agent."),
    ),
    4007: (
        ConfigError,
        N_("Youzan does not take calls from this address: {said}"),
        N_(
            "Add the public address of this machine to the app's IP allow-list "
            "(console.youzanyun.com)."
        ),
    ),
    4204: (
        NeedsCredentials,
        N_("The app may not ask for this: {said}"),
        N_(
            "Apply for the ability (能力包) of this API in the console, and have the "
            "shop grant it; without that of customers set customers = false."
        ),
    ),
}
_TOKEN_REFUSED = (
    NeedsCredentials,
    N_("Youzan refuses the token: {said}"),
    N_("The shop's grant has ended or was taken back: grant the app again."),
)
_WHY_NO_TOKEN = {
    1000: N_("Check client_secret."),
    1004: N_("The shop's grant to the app has ended: grant it again."),
    1105: N_("Only apps of the self-use type (自用型) get a token in this way."),
}
_NO_TOKEN = N_(
    "Check client_id and shop (kdt_id): the shop must be granted to the app."
)


def error_of(body: Any) -> tuple[int, str] | None:
    """Return code and words of a refusal; ``None`` for an answer.

    Args:
        body: JSON of Youzan.
    """
    if not isinstance(body, dict):
        return None
    gateway = body.get("gw_err_resp") or body.get("error_response")
    if isinstance(gateway, dict):
        code = gateway.get("err_code", gateway.get("code"))
        return _number(code), str(gateway.get("err_msg") or gateway.get("msg") or "")
    if body.get("success") is False or _number(body.get("code"), 200) != 200:  # noqa: PLR2004
        return _number(body.get("code")), str(body.get("message") or "")
    return None


def _number(code: Any, default: int = 0) -> int:
    # a number in most answers, text in some
    text = str(code if code is not None else default)
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else 0


def failure(code: int, words: str) -> AgentError:
    """Return the error for a refused call, with what a person can do."""
    said = f"{words[:_SHOWN]} ({code})"
    if code in TOKEN_ENDED or code in _ACCESS:
        kind, message, remedy = _ACCESS.get(code, _TOKEN_REFUSED)
        return kind(_(message, said=said), _(remedy))
    if code in _NOT_THERE or _MISSING_WORDS.search(words):
        return NotThere(_("Youzan does not know the record: {said}", said=said), "")
    if _QUOTA.search(words):
        return Retryable(
            _("The app's calls are used up: {said}", said=said),
            _("Buy more in Youzan's console, or wait for the next month."),
            after=_QUOTA_PAUSE_S,
        )
    is_span = _SPAN.search(words)
    if not is_span and (
        code in _TROUBLES or _SLOW_DOWN.search(words) or _BUSY.search(words)
    ):
        return Trouble(
            _("Youzan is busy or in trouble: {said}", said=said),
            _("It is tried again at the next run."),
        )
    return Fatal(
        _("Youzan refuses the call: {said}", said=said),
        _(
            "Is this machine's clock right? Else its API may have changed: update the "
            "agent, or report this."
        ),
    )


def no_token(code: int, words: str) -> AgentError:
    """Return the error for a token that was not given."""
    said = f"{words[:_SHOWN]} ({code})"
    if _SLOW_DOWN.search(words) or _BUSY.search(words):
        return Trouble(
            _("Youzan is busy or in trouble: {said}", said=said),
            _("It is tried again at the next run."),
        )
    return NeedsCredentials(
        _("Youzan gives no token: {said}", said=said),
        _(_WHY_NO_TOKEN.get(code, _NO_TOKEN)),
    )


def data_of(body: Any) -> Json:
    """Return the ``data`` of an answer.

    Raises:
        AgentError: see :func:`failure`.
        Retryable: the answer is no answer of Youzan.
    """
    error = error_of(body)
    if error is not None:
        raise failure(*error)
    data = body.get("data", body.get("response")) if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise Retryable(
            _("Youzan's answer has an unexpected form."),
            _("It is tried again at the next run; report it if it stays."),
        )
    return data

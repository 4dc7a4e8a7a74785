"""What an error of Odoo means and what to do: one table for both ways to the door."""

from __future__ import annotations

from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.i18n import N_, _

NEW_KEY = N_(
    "Make a new API key as the robot user (Preferences, Security, New API Key) and "
    "write it where odoo.api_key points to."
)
GIVE_GROUP = N_(
    "Give the robot user the group Sync agent (Settings, Users), or use its own key."
)
INSTALL = N_("Install or update the addon crm_sme in this database (Apps).")
NAME_DATABASE = N_(
    "Write the name of the database into odoo.database; the administrator of Odoo "
    "knows it."
)
LOOK_INTO_LOG = N_("Odoo's own log says why; it is tried again later.")
_SHORT = 500

_BY_NAME: dict[str, tuple[type[AgentError], str, str]] = {
    "AccessDenied": (NeedsCredentials, N_("Odoo refused the key or password"), NEW_KEY),
    "Unauthorized": (NeedsCredentials, N_("Odoo refused the key or password"), NEW_KEY),
    "SessionExpiredException": (
        NeedsCredentials,
        N_("Odoo refused the log-in"),
        NEW_KEY,
    ),
    "AccessError": (NeedsCredentials, N_("Odoo denied the right"), GIVE_GROUP),
    "Forbidden": (NeedsCredentials, N_("Odoo denied the right"), GIVE_GROUP),
    "UserError": (Fatal, N_("Odoo refused the call"), ""),
    "ValidationError": (Fatal, N_("Odoo refused the call"), ""),
    "RedirectWarning": (Fatal, N_("Odoo refused the call"), ""),
    "NotFound": (Fatal, N_("Odoo does not know the door"), INSTALL),
    "LockError": (Retryable, N_("Odoo is busy with the same records"), LOOK_INTO_LOG),
    "OperationalError": (Retryable, N_("Odoo's database is in trouble"), LOOK_INTO_LOG),
    "KeyError": (Fatal, N_("Odoo does not know the door"), INSTALL),
}
"""Class of the exception in Odoo -> error, what happened, remedy."""

_BY_STATUS: dict[int, tuple[type[AgentError], str, str]] = {
    400: (
        Fatal,
        N_("Odoo cannot read the request"),
        N_("Update the agent and the addon."),
    ),
    401: _BY_NAME["AccessDenied"],
    403: _BY_NAME["AccessError"],
    404: _BY_NAME["NotFound"],
    409: _BY_NAME["LockError"],
    413: (
        Fatal,
        N_("The batch is too large for Odoo or a proxy before it"),
        N_("Lower agent.batch_bytes, or raise the limit of the proxy."),
    ),
    415: (
        Fatal,
        N_("Odoo does not take JSON at this address"),
        N_("Check odoo.url: it is the address of Odoo itself, without a path."),
    ),
    422: _BY_NAME["UserError"],
    429: (Retryable, N_("Odoo or a proxy before it wants fewer calls"), LOOK_INTO_LOG),
}


def refusal(
    status: int, name: str = "", message: str = "", after: float | None = None
) -> AgentError:
    """Return the error for an answer of Odoo.

    Args:
        status: HTTP status; 0 when the way does not tell one.
        name: class of the exception in Odoo, e.g. ``odoo.exceptions.AccessError``.
        message: its text for people; never the traceback.
        after: seconds that Odoo or a proxy asked to wait.
    """
    short = name.rpartition(".")[2]
    found = _BY_STATUS.get(status) or _BY_NAME.get(short)
    text = " ".join(message.split())[:_SHORT].rstrip(".")
    if found is None:
        may_pass = status >= 500 or not status  # noqa: PLR2004
        kind: type[AgentError] = Retryable if may_pass else Fatal
        found = (kind, "", LOOK_INTO_LOG)
    error, what, remedy = found
    what = _(what) or _(
        "Odoo failed ({reason})", reason=status or short or _("unknown error")
    )
    said = (
        _("{what}: {text}.", what=what, text=text) if text else _("{what}.", what=what)
    )
    if error is Retryable:
        return Retryable(said, _(remedy), after)
    return error(said, _(remedy))


def several_databases(url: str) -> ConfigError:
    """Return the error for the HTML 404 of an Odoo that cannot tell the database."""
    return ConfigError(
        _(
            "Odoo at {url} does not know which database is meant, or has no such one.",
            url=url,
        ),
        _(NAME_DATABASE),
    )


def not_odoo(url: str, shown: str) -> ConfigError:
    """Return the error for an address where something else answers."""
    return ConfigError(
        _(
            "What answers at {url} is not Odoo's JSON interface: {shown}.",
            url=url,
            shown=shown,
        ),
        _("Check odoo.url, and that a proxy passes /json and /jsonrpc on to Odoo."),
    )


def unreachable(url: str, said: str) -> Retryable:
    """Return the error for an Odoo that does not answer."""
    return Retryable(
        _("Odoo at {url} cannot be reached: {said}.", url=url, said=said),
        _("Start it, or correct odoo.url; it is tried again."),
    )


def too_slow(url: str, timeout_s: float) -> Retryable:
    """Return the error for an answer that did not come in time."""
    return Retryable(
        _(
            "Odoo at {url} did not answer within {timeout_s:.0f} s.",
            url=url,
            timeout_s=timeout_s,
        ),
        _(
            "It is asked again, nothing is stored twice; raise odoo.timeout_s or "
            "lower agent.batch_records if this goes on."
        ),
    )


def tls_failed(url: str, said: str) -> Fatal:
    """Return the error for a TLS connection that could not be made safe."""
    if "CERTIFICATE_VERIFY_FAILED" in said or "certificate" in said.lower():
        return Fatal(
            _(
                "The certificate of Odoo at {url} is not trusted: {said}.",
                url=url,
                said=said,
            ),
            _("Renew it, or name the CA bundle that signed it in odoo.verify (json2)."),
        )
    return Fatal(
        _("Odoo at {url} does not speak TLS: {said}.", url=url, said=said),
        _("Check the port in odoo.url, or write http:// on a machine of your own."),
    )

"""What an error of Odoo means and what to do: one table for both ways to the door."""

from __future__ import annotations

from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)

NEW_KEY = (
    "Make a new API key as the robot user (Preferences, Security, New API Key) and "
    "write it where odoo.api_key points to."
)
GIVE_GROUP = (
    "Give the robot user the group Sync agent (Settings, Users), or use its own key."
)
INSTALL = "Install or update the addon crm_sme in this database (Apps)."
NAME_DATABASE = (
    "Write the name of the database into odoo.database; the administrator of Odoo "
    "knows it."
)
LOOK_INTO_LOG = "Odoo's own log says why; it is tried again later."
_SHORT = 500

_BY_NAME: dict[str, tuple[type[AgentError], str, str]] = {
    "AccessDenied": (NeedsCredentials, "Odoo refused the key or password", NEW_KEY),
    "Unauthorized": (NeedsCredentials, "Odoo refused the key or password", NEW_KEY),
    "SessionExpiredException": (NeedsCredentials, "Odoo refused the log-in", NEW_KEY),
    "AccessError": (NeedsCredentials, "Odoo denied the right", GIVE_GROUP),
    "Forbidden": (NeedsCredentials, "Odoo denied the right", GIVE_GROUP),
    "UserError": (Fatal, "Odoo refused the call", ""),
    "ValidationError": (Fatal, "Odoo refused the call", ""),
    "RedirectWarning": (Fatal, "Odoo refused the call", ""),
    "NotFound": (Fatal, "Odoo does not know the door", INSTALL),
    "LockError": (Retryable, "Odoo is busy with the same records", LOOK_INTO_LOG),
    "OperationalError": (Retryable, "Odoo's database is in trouble", LOOK_INTO_LOG),
    "KeyError": (Fatal, "Odoo does not know the door", INSTALL),
}
"""Class of the exception in Odoo -> error, what happened, remedy."""

_BY_STATUS: dict[int, tuple[type[AgentError], str, str]] = {
    400: (Fatal, "Odoo cannot read the request", "Update the agent and the addon."),
    401: _BY_NAME["AccessDenied"],
    403: _BY_NAME["AccessError"],
    404: _BY_NAME["NotFound"],
    409: _BY_NAME["LockError"],
    413: (
        Fatal,
        "The batch is too large for Odoo or a proxy before it",
        "Lower agent.batch_bytes, or raise the limit of the proxy.",
    ),
    415: (
        Fatal,
        "Odoo does not take JSON at this address",
        "Check odoo.url: it is the address of Odoo itself, without a path.",
    ),
    422: _BY_NAME["UserError"],
    429: (Retryable, "Odoo or a proxy before it wants fewer calls", LOOK_INTO_LOG),
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
        what = f"Odoo failed ({status or short or 'unknown error'})"
        found = (kind, what, LOOK_INTO_LOG)
    error, what, remedy = found
    said = f"{what}: {text}." if text else f"{what}."
    if error is Retryable:
        return Retryable(said, remedy, after)
    return error(said, remedy)


def several_databases(url: str) -> ConfigError:
    """Return the error for the HTML 404 of an Odoo that cannot tell the database."""
    return ConfigError(
        f"Odoo at {url} does not know which database is meant, or has no such one.",
        NAME_DATABASE,
    )


def not_odoo(url: str, shown: str) -> ConfigError:
    """Return the error for an address where something else answers."""
    return ConfigError(
        f"What answers at {url} is not Odoo's JSON interface: {shown}.",
        "Check odoo.url, and that a proxy passes /json and /jsonrpc on to Odoo.",
    )


def unreachable(url: str, said: str) -> Retryable:
    """Return the error for an Odoo that does not answer."""
    return Retryable(
        f"Odoo at {url} cannot be reached: {said}.",
        "Start it, or correct odoo.url; it is tried again.",
    )


def too_slow(url: str, timeout_s: float) -> Retryable:
    """Return the error for an answer that did not come in time."""
    return Retryable(
        f"Odoo at {url} did not answer within {timeout_s:.0f} s.",
        "It is asked again, nothing is stored twice; raise odoo.timeout_s or lower "
        "agent.batch_records if this goes on.",
    )


def tls_failed(url: str, said: str) -> Fatal:
    """Return the error for a TLS connection that could not be made safe."""
    if "CERTIFICATE_VERIFY_FAILED" in said or "certificate" in said.lower():
        return Fatal(
            f"The certificate of Odoo at {url} is not trusted: {said}.",
            "Renew it, or name the CA bundle that signed it in odoo.verify (json2).",
        )
    return Fatal(
        f"Odoo at {url} does not speak TLS: {said}.",
        "Check the port in odoo.url, or write http:// on a machine of your own.",
    )

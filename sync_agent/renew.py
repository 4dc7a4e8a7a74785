"""Renews the agent's own key at Odoo before it ends.

Odoo's keys last 90 days at most for all but administrators' robots. The new key is
stored, then tried; only then is it the agent's. The old one is left to end by itself,
so that a failure anywhere leaves a key that works.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from sync_agent.door import Door
from sync_agent.errors import AgentError, ConfigError
from sync_agent.i18n import _
from sync_agent.redact import Redactor
from sync_agent.vault import Place

RENEW_DAYS = 14
"""Days before the end at which a key is renewed, and people are warned."""

log = structlog.get_logger(__name__)


def renew(
    door: Door,
    place: Place | None,
    works: Callable[[str], None],
    redactor: Redactor,
    *,
    anyway: bool = False,
) -> float | None:
    """Renew the key if it ends soon.

    Args:
        door: opened with the old key.
        place: where the key stands.
        works: tries a key; raises ``AgentError`` if it does not work.
        redactor: keeps the new key out of the log.
        anyway: renew also a key that lasts.

    Returns:
        Days that the new key lasts; ``None`` if the old one is kept.

    Raises:
        ConfigError: the key stands where the agent cannot replace it.
        AgentError: Odoo gives no key, or the new one does not work.
    """
    left = door.hello().key_expires_in_days
    if not anyway and (left is None or left > RENEW_DAYS):
        return None
    if place is None:
        raise ConfigError(
            _("The key for Odoo stands where the agent cannot replace it."),
            _(
                'Write it into a file and set api_key = "file:PATH" in [odoo], or '
                "put a new key where the old one is; Odoo makes one with Connect an "
                "Agent."
            ),
        )
    fresh = door.renew_key()
    redactor.add(fresh.key)
    works(fresh.key)
    try:
        place.write(fresh.key)
    except OSError as error:
        raise ConfigError(
            _(
                "The new key cannot be written to {place}: {error}.",
                place=place.name,
                error=error.strerror or error,
            ),
            _("Let the agent's user write that file and its folder."),
        ) from None
    log.info("key_renewed", days=fresh.days, place=place.name)
    return fresh.days


def renew_or_warn(renewing: Callable[[], float | None]) -> None:
    """Renew in the background: what cannot be renewed is warned of, day by day."""
    try:
        renewing()
    except AgentError as error:
        log.warning("key_not_renewed", reason=str(error))

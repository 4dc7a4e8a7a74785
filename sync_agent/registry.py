"""Finds connectors by their entry point, so that only those in use are imported."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from sync_agent.errors import ConfigError
from sync_agent.i18n import _
from sync_agent.port import Connector

GROUP = "sync_agent.connectors"


def names() -> list[str]:
    """Return the names of all installed connectors."""
    return sorted(_points())


def load(name: str) -> Connector:
    """Return a connector by its name.

    Raises:
        ConfigError: there is none of that name, or it cannot be imported.
    """
    points = _points()
    if name not in points:
        raise ConfigError(
            _(
                "There is no connector {name!r}; known: {known}.",
                name=name,
                known=", ".join(sorted(points)),
            ),
            _("Correct connector in the source's table, or install its package."),
        )
    try:
        connector = points[name].load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            _(
                "The connector {name!r} cannot be loaded: {error}.",
                name=name,
                error=error,
            ),
            _("Install the agent again with all that it needs."),
        ) from error
    if not isinstance(connector, Connector):
        raise ConfigError(
            _("The connector {name!r} is not of this agent's kind.", name=name),
            _("Update its package to the version of the agent."),
        )
    return connector


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}

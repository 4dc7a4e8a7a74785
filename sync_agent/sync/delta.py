"""Runs the streams of a source, the most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sync_agent.door import Door
from sync_agent.errors import ConfigError, NeedsCredentials, Stopped
from sync_agent.i18n import _
from sync_agent.port import Source, Stream
from sync_agent.sync.runner import Outcome, Runner, check_contract


def chosen(source: Source, code: str, names: Collection[str]) -> Sequence[Stream]:
    """Return the streams asked for, in the source's order; all when none is named.

    Raises:
        ConfigError: names those that exist.
    """
    streams = source.streams()
    known = {stream.name for stream in streams}
    for name in names:
        if name not in known:
            raise ConfigError(
                _("The source {code} has no stream {name!r}.", code=code, name=name),
                _("It has {known}.", known=", ".join(sorted(known))),
            )
    return [stream for stream in streams if not names or stream.name in names]


def sync_source(
    door: Door,
    runner: Runner,
    code: str,
    source: Source,
    *,
    names: Collection[str] = (),
    full: bool = False,
    slice_s: float | None = None,
) -> list[Outcome]:
    """Run the streams one after the other; one that fails does not stop the others.

    Refused credentials and a request to stop do: no use in going on.

    Args:
        door: the way to Odoo.
        runner: runs a stream.
        code: of the source.
        source: open.
        names: streams to run; all when empty.
        full: read everything anew.
        slice_s: longest time for a stream before the next has its turn.

    Raises:
        AgentError: of ``hello``, or an unknown stream.
    """
    streams = chosen(source, code, names)
    hello = door.hello(code)
    check_contract(hello)
    outcomes = []
    for stream in streams:
        state = hello.streams.get(stream.name)
        outcome = runner.run(
            code,
            stream,
            state.cursor if state else None,
            full=full,
            platform=source.platform,
            slice_s=slice_s,
        )
        outcomes.append(outcome)
        if isinstance(outcome.error, NeedsCredentials | Stopped):
            break
    return outcomes

"""Tries rejected records again; those the agent could not read are fetched anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync_agent.door import Door, ReplayResult
from sync_agent.errors import AgentError
from sync_agent.port import Source
from sync_agent.records.envelope import Kind
from sync_agent.sync.batch import Parcel
from sync_agent.sync.progress import Progress, Silent
from sync_agent.sync.runner import SHOWN_REFUSALS, Outcome, Pusher, check_contract

STREAM = "replay"
AT_ONCE = 500


@dataclass(slots=True)
class Replay:
    """What became of the rejects of a source.

    Attributes:
        counts: tried again inside Odoo, by what became of them.
        still_rejected: the first of those that were refused again.
        not_found: to be fetched, but the shop no longer has them.
        outcome: of those fetched from the shop anew; ``None`` if there were none.
    """

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    still_rejected: list[ReplayResult] = field(default_factory=list)
    not_found: list[tuple[Kind, str]] = field(default_factory=list)
    remaining: int = 0
    outcome: Outcome | None = None


def replay_source(
    door: Door,
    code: str,
    source: Source,
    *,
    reject_ids: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Try the rejects of a source again.

    Args:
        door: the way to Odoo.
        code: of the source.
        source: open; asked for the records that the agent could not read.
        reject_ids: only these; all when ``None``.
        progress: watches.

    Raises:
        AgentError: of the shop or the door.
    """
    hello = door.hello(code)
    check_contract(hello)
    replay = Replay(code)
    refetch: dict[Kind, dict[str, None]] = defaultdict(dict)
    seen: set[tuple[str, str]] = set()
    while True:
        answer = door.replay(code, AT_ONCE, reject_ids)
        before = len(seen)
        for result in answer.results:
            if (result.kind, result.external_id) not in seen:
                seen.add((result.kind, result.external_id))
                _count(replay, result)
        for kind, external_id in answer.refetch:
            seen.add((kind, external_id))
            refetch[kind][external_id] = None
        replay.remaining = answer.remaining
        # the door gives those tried longest ago first: nothing new means all are tried
        if not answer.remaining or len(seen) == before or reject_ids is not None:
            break
    if refetch:
        state = hello.streams.get(STREAM)
        replay.outcome = Outcome(code, STREAM)
        pusher = Pusher(
            door,
            replay.outcome,
            state.cursor if state else None,
            progress=progress or Silent(),
            platform=source.platform,
        )
        try:
            _fetch_anew(pusher, source, refetch, replay)
        except AgentError as error:
            pusher.report_failure(error)
            raise
        replay.outcome.state = "complete"
    return replay


def _count(replay: Replay, result: ReplayResult) -> None:
    replay.counts[result.status] += 1
    room = SHOWN_REFUSALS - len(replay.still_rejected)
    if result.status == "rejected" and room > 0:
        replay.still_rejected.append(result)


def _fetch_anew(
    pusher: Pusher,
    source: Source,
    refetch: dict[Kind, dict[str, None]],
    replay: Replay,
) -> None:
    for kind, ids in refetch.items():
        wanted = list(ids)
        if kind not in source.kinds:
            replay.not_found.extend((kind, external_id) for external_id in wanted)
            continue
        for start in range(0, len(wanted), AT_ONCE):
            chunk = wanted[start : start + AT_ONCE]
            items = list(source.fetch(kind, chunk))
            found = {item.external_id for item in items}
            replay.not_found.extend((kind, i) for i in chunk if i not in found)
            parcel = Parcel([item.to_wire() for item in items])
            pusher.push_anyway(parcel, "running")
    pusher.push_anyway(Parcel(), "complete")

"""Prints for people with rich, and for scripts as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from sync_agent.checks import Finding
from sync_agent.door import Hello
from sync_agent.errors import AgentError
from sync_agent.i18n import N_, _
from sync_agent.port import Connector
from sync_agent.redact import Redactor, masked
from sync_agent.sync.progress import Silent
from sync_agent.sync.reconcile import Comparison
from sync_agent.sync.replay import Replay
from sync_agent.sync.runner import Outcome

_MARKS = {
    "ok": ("green", N_("ok")),
    "warning": ("yellow", N_("warning")),
    "failed": ("red", N_("no")),
}
_STATES = {
    "complete": ("green", N_("complete")),
    "paused": ("yellow", N_("goes on")),
    "failed": ("red", N_("failed")),
}
# words of the door and of the connectors that are shown to people, for the catalogue
_OUTCOMES = (N_("created"), N_("updated"), N_("unchanged"), N_("stale"), N_("rejected"))
_STANDS = (
    N_("never"),
    N_("new"),
    N_("running"),
    N_("late"),
    N_("gone"),
    N_("complete"),
)
_CHECKED = (N_("shop"), N_("channel"), N_("amounts"), N_("refunds"), N_("files"))


def out() -> Console:
    """Return the console of the result."""
    return Console()


def err() -> Console:
    """Return the console of everything else."""
    return Console(stderr=True)


def hide(redactor: Redactor) -> None:
    """Print no secret that the redactor knows: platforms repeat what they were told."""
    _State.redactor = redactor


class _State:
    redactor: ClassVar[Redactor] = Redactor()


def _shown(text: str) -> str:
    """Return a text without secrets, as rich prints it as it is."""
    return escape(_State.redactor.known(text))


def show_json(data: Any) -> None:
    """Print one JSON object on standard output."""
    plain = json.loads(json.dumps(data, default=_plain))
    shown = masked(plain, _State.redactor.known)
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
    sys.stdout.write("\n")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show_error(error: AgentError) -> None:
    """Print what happened and what to do about it."""
    console = err()
    console.print(
        f"[red]{_('Error:')}[/] {_shown(error.message)}",
        highlight=False,
        soft_wrap=True,
    )
    if error.remedy:
        console.print(
            f"[green]{_('Remedy:')}[/] {_shown(error.remedy)}",
            highlight=False,
            soft_wrap=True,
        )


def error_json(error: AgentError | None) -> dict[str, Any] | None:
    """Return an error for scripts."""
    if error is None:
        return None
    return {
        "message": error.message,
        "remedy": error.remedy,
        "exit_code": int(error.exit_code),
    }


class Bars:
    """Shows a bar for each stream; see :class:`sync_agent.sync.progress.Progress`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, label: str) -> None:
        """Show a new bar."""
        self._tasks[label] = self._progress.add_task(escape(label), total=None)

    def advance(self, label: str, records: int, expected: int | None) -> None:
        """Move it on."""
        task = self._tasks[label]
        self._progress.update(task, advance=records)
        if expected is not None:
            done = int(
                self._progress.tasks[self._progress.task_ids.index(task)].completed
            )
            self._progress.update(task, total=max(expected, done))

    def end(self, label: str, *, ok: bool) -> None:
        """Leave it full, or red."""
        task = self._tasks[label]
        done = self._progress.tasks[self._progress.task_ids.index(task)].completed
        text = escape(label) if ok else f"[red]{escape(label)}[/]"
        self._progress.update(task, total=max(1, done), description=text)
        if ok and not done:
            self._progress.update(task, completed=1)


@contextmanager
def watched(*, silent: bool) -> Iterator[Bars | Silent]:
    """Show progress bars on a terminal; nothing for scripts and logs."""
    console = err()
    if silent or not console.is_terminal:
        yield Silent()
        return
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    with progress:
        yield Bars(progress)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return a run for scripts."""
    return {
        "source": outcome.source,
        "stream": outcome.stream,
        "state": outcome.state,
        "counts": dict(outcome.counts),
        "watermark": outcome.watermark,
        "conflicts": outcome.conflicts,
        "seconds": round(outcome.seconds, 3),
        "refusals": [
            {"external_id": r.external_id, "path": r.path, "reason": r.reason}
            for r in outcome.refusals
        ],
        "error": error_json(outcome.error),
    }


def show_listening(port: int, codes: Sequence[str]) -> None:
    """Say where webhooks are received; standard error, since the work goes on."""
    console = err()
    console.print(_("Listening on port {port}. Webhook addresses:", port=port))
    for code in codes:
        console.print(f"  /hooks/{escape(code)}", highlight=False)


def show_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print runs as a table, and what went wrong below it."""
    table = Table(
        _("Source"),
        _("Stream"),
        _("State"),
        _("Records"),
        _("Known up to"),
        _("Seconds"),
    )
    for outcome in outcomes:
        table.add_row(
            escape(outcome.source),
            escape(outcome.stream),
            _coloured(_STATES[outcome.state]),
            _counted(outcome.counts) or _("nothing new"),
            _moment(outcome.watermark),
            f"{outcome.seconds:.1f}",
        )
    out().print(table)
    for outcome in outcomes:
        for refusal in outcome.refusals:
            place = f"{refusal.external_id} {refusal.path}".strip()
            err().print(
                f"[yellow]{_('Rejected')}[/] {escape(outcome.stream)} {escape(place)}: "
                f"{_shown(refusal.reason)}",
                highlight=False,
                soft_wrap=True,
            )
        if outcome.error is not None:
            show_error(outcome.error)


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings for scripts."""
    return [
        {
            "part": f.part,
            "name": f.result.name,
            "state": f.result.state,
            "message": f.result.message,
            "remedy": f.result.remedy,
        }
        for f in findings
    ]


def show_finding(finding: Finding) -> None:
    """Print one line of ``check``."""
    result = finding.result
    # a source's code stays as it is, also where it is a word of the catalogue
    own = finding.part == "configuration"
    part = _("configuration") if own else finding.part
    out().print(
        f"{_coloured(_MARKS[result.state]):<22} [bold]{escape(part)}[/] "
        f"{escape(_(result.name))}: {_shown(result.message)}",
        highlight=False,
        soft_wrap=True,
    )
    if result.remedy:
        out().print(
            f"        → {_shown(result.remedy)}", highlight=False, soft_wrap=True
        )


def comparison_json(code: str, comparison: Comparison) -> dict[str, Any]:
    """Return a reconcile for scripts."""
    outcome = comparison.outcome
    return {
        "source": code,
        "kind": comparison.kind,
        "known": comparison.known,
        "listed": comparison.listed,
        "missing": comparison.count("missing"),
        "differing": comparison.count("differing"),
        "gone": comparison.count("gone"),
        "counts": dict(outcome.counts) if outcome else {},
    }


def show_comparisons(rows: Sequence[dict[str, Any]]) -> None:
    """Print reconciles as a table."""
    names = ("source", "kind", "known", "listed", "missing", "differing", "gone")
    table = Table(
        _("Source"),
        _("Kind"),
        _("Known"),
        _("Listed"),
        _("Missing"),
        _("Differing"),
        _("Gone"),
        _("Mended"),
    )
    for row in rows:
        mended = _counted(row["counts"])
        table.add_row(*(escape(str(row[name])) for name in names), mended or "-")
    out().print(table)


def replay_json(replay: Replay) -> dict[str, Any]:
    """Return a replay for scripts."""
    return {
        "source": replay.source,
        "counts": dict(replay.counts),
        "still_rejected": [
            {
                "kind": r.kind,
                "external_id": r.external_id,
                "path": r.path,
                "reason": r.reason,
            }
            for r in replay.still_rejected
        ],
        "not_found": [list(item) for item in replay.not_found],
        "remaining": replay.remaining,
        "fetched": outcome_json(replay.outcome) if replay.outcome else None,
    }


def show_replay(replay: Replay) -> None:
    """Print what became of the rejects."""
    counts = _counted(replay.counts) or _("no rejected records")
    console = out()
    console.print(f"{escape(replay.source)}: {counts}")
    if replay.outcome is not None:
        show_outcomes([replay.outcome])
    for kind, external_id in replay.not_found:
        gone = _("the shop no longer has it")
        console.print(f"  {kind} {escape(external_id)}: {gone}")
    for result in replay.still_rejected:
        console.print(
            f"  {result.kind} {escape(result.external_id)}: {_('still refused')}: "
            f"{escape(f'{result.path} {result.reason}'.strip())}",
            highlight=False,
            soft_wrap=True,
        )


def status_json(code: str, hello: Hello) -> dict[str, Any]:
    """Return where a source stands for scripts."""
    return {
        "source": code,
        "known": hello.source is not None,
        "state": (hello.source or {}).get("state"),
        "open_rejects": (hello.source or {}).get("open_rejects", 0),
        "streams": {
            name: {
                "state": stream.state,
                "watermark": stream.watermark,
                "last_run": stream.last_run,
                "lag_s": stream.lag_s,
            }
            for name, stream in sorted(hello.streams.items())
        },
    }


def show_status(rows: Sequence[dict[str, Any]]) -> None:
    """Print where the sources stand as a table."""
    table = Table(
        _("Source"),
        _("Stream"),
        _("State"),
        _("Known up to"),
        _("Behind"),
        _("Last run"),
    )
    for row in rows:
        head = _(row["state"] or "-") if row["known"] else _("not synced yet")
        if row["known"] and row["open_rejects"]:
            head = _(
                "{state}, {number} rejected", state=head, number=row["open_rejects"]
            )
        table.add_row(f"[bold]{escape(row['source'])}[/]", "", escape(head))
        for name, stream in row["streams"].items():
            lag = stream["lag_s"]
            table.add_row(
                "",
                escape(name),
                escape(_(stream["state"] or "-")),
                _moment(stream["watermark"]),
                "-" if lag is None else _span(lag),
                _moment(stream["last_run"]),
            )
    out().print(table)


def show_connectors(connectors: Sequence[Connector]) -> None:
    """Print the installed connectors and their settings."""
    for connector in connectors:
        out().print(
            f"[bold]{escape(connector.name)}[/]  {escape(_(connector.title))}",
            highlight=False,
            soft_wrap=True,
        )
        for line in _(connector.example).strip().splitlines():
            out().print(f"    {escape(line)}", highlight=False, soft_wrap=True)


def _coloured(shown: tuple[str, str]) -> str:
    colour, word = shown
    return f"[{colour}]{_(word)}[/]"


def _counted(counts: Mapping[str, int]) -> str:
    """Return what became of how many records, in words."""
    return ", ".join(f"{n} {_(word)}" for word, n in sorted(counts.items()))


def _moment(value: datetime | None) -> str:
    return "-" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return _("{minutes} min {rest} s", minutes=minutes, rest=rest)

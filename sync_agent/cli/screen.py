"""Prints for people with rich, and for scripts as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

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
from sync_agent.port import Connector
from sync_agent.sync.progress import Silent
from sync_agent.sync.reconcile import Comparison
from sync_agent.sync.replay import Replay
from sync_agent.sync.runner import Outcome

_MARKS = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]no[/]"}
_STATES = {
    "complete": "[green]complete[/]",
    "paused": "[yellow]goes on[/]",
    "failed": "[red]failed[/]",
}


def out() -> Console:
    """Return the console of the result."""
    return Console()


def err() -> Console:
    """Return the console of everything else."""
    return Console(stderr=True)


def show_json(data: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))
    sys.stdout.write("\n")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show_error(error: AgentError) -> None:
    """Print what happened and what to do about it."""
    console = err()
    console.print(
        f"[red]Error:[/] {escape(error.message)}", highlight=False, soft_wrap=True
    )
    if error.remedy:
        console.print(
            f"[green]Remedy:[/] {escape(error.remedy)}", highlight=False, soft_wrap=True
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


def show_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print runs as a table, and what went wrong below it."""
    table = Table("Source", "Stream", "State", "Records", "Known up to", "Seconds")
    for outcome in outcomes:
        counts = ", ".join(f"{n} {word}" for word, n in sorted(outcome.counts.items()))
        table.add_row(
            escape(outcome.source),
            escape(outcome.stream),
            _STATES[outcome.state],
            counts or "nothing new",
            _moment(outcome.watermark),
            f"{outcome.seconds:.1f}",
        )
    out().print(table)
    for outcome in outcomes:
        for refusal in outcome.refusals:
            place = f"{refusal.external_id} {refusal.path}".strip()
            err().print(
                f"[yellow]Rejected[/] {escape(outcome.stream)} {escape(place)}: "
                f"{escape(refusal.reason)}",
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
    out().print(
        f"{_MARKS[result.state]:<22} [bold]{escape(finding.part)}[/] "
        f"{escape(result.name)}: {escape(result.message)}",
        highlight=False,
        soft_wrap=True,
    )
    if result.remedy:
        out().print(
            f"        → {escape(result.remedy)}", highlight=False, soft_wrap=True
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
    table = Table(*(name.capitalize() for name in names), "Mended")
    for row in rows:
        mended = ", ".join(f"{n} {word}" for word, n in sorted(row["counts"].items()))
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
    counts = ", ".join(f"{n} {word}" for word, n in sorted(replay.counts.items()))
    console = out()
    console.print(f"{escape(replay.source)}: {counts or 'no rejected records'}")
    if replay.outcome is not None:
        show_outcomes([replay.outcome])
    for kind, external_id in replay.not_found:
        console.print(f"  {kind} {escape(external_id)}: the shop no longer has it")
    for result in replay.still_rejected:
        console.print(
            f"  {result.kind} {escape(result.external_id)}: still refused: "
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
    table = Table("Source", "Stream", "State", "Known up to", "Behind", "Last run")
    for row in rows:
        rejects = f", {row['open_rejects']} rejected" if row["open_rejects"] else ""
        head = f"{row['state'] or '-'}{rejects}" if row["known"] else "not synced yet"
        table.add_row(f"[bold]{escape(row['source'])}[/]", "", escape(head))
        for name, stream in row["streams"].items():
            lag = stream["lag_s"]
            table.add_row(
                "",
                escape(name),
                escape(stream["state"] or "-"),
                _moment(stream["watermark"]),
                "-" if lag is None else _span(lag),
                _moment(stream["last_run"]),
            )
    out().print(table)


def show_connectors(connectors: Sequence[Connector]) -> None:
    """Print the installed connectors and their settings."""
    for connector in connectors:
        out().print(
            f"[bold]{escape(connector.name)}[/]  {escape(connector.title)}",
            highlight=False,
            soft_wrap=True,
        )
        for line in connector.example.strip().splitlines():
            out().print(f"    {escape(line)}", highlight=False, soft_wrap=True)


def _moment(value: datetime | None) -> str:
    return "-" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s"

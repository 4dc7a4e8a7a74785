"""What a person sees on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rich.console import Console
from rich.progress import Progress

from sync_agent.cli import screen
from sync_agent.errors import Fatal
from sync_agent.sync.progress import Silent
from sync_agent.sync.runner import Outcome


def test_bars_move_with_the_records() -> None:
    console = Console(record=True, width=100, force_terminal=True)
    with Progress(console=console) as progress:
        bars = screen.Bars(progress)
        bars.begin("shop/orders")
        bars.advance("shop/orders", 10, 40)
        (task,) = progress.tasks
        assert (task.completed, task.total) == (10, 40)
        bars.advance("shop/orders", 40, 40)
        assert task.total == 50
        bars.advance("shop/orders", 5, None)
        bars.end("shop/orders", ok=True)
        assert task.total == task.completed == 55


@pytest.mark.parametrize(("ok", "completed"), [(True, 1), (False, 0)])
def test_a_bar_without_records_is_full_or_red(ok: bool, completed: int) -> None:
    with Progress(console=Console(quiet=True)) as progress:
        bars = screen.Bars(progress)
        bars.begin("a [b]")
        bars.end("a [b]", ok=ok)
        (task,) = progress.tasks
        assert task.completed == completed
        assert ("[red]" in task.description) is not ok


def test_bars_are_only_shown_on_a_terminal(monkeypatch) -> None:
    monkeypatch.setattr(screen, "err", lambda: Console(force_terminal=True, quiet=True))
    with screen.watched(silent=False) as progress:
        assert isinstance(progress, screen.Bars)
    with screen.watched(silent=True) as progress:
        assert isinstance(progress, Silent)


def test_texts_with_brackets_are_shown_as_they_are(capsys) -> None:
    screen.show_error(Fatal("lines[0].total is off", "See [docs]."))
    err = capsys.readouterr().err
    assert "lines[0].total is off" in err
    assert "See [docs]." in err


@pytest.mark.parametrize(
    ("lag_s", "text"),
    [(65, "1 min 5 s"), (7500, "2 h 5 min"), (200000, "2 d 7 h"), (None, "-")],
)
def test_a_lag_is_shown_in_words(capsys, lag_s, text: str) -> None:
    stream = {
        "state": "ok",
        "watermark": datetime(2026, 11, 21, tzinfo=UTC),
        "last_run": None,
        "lag_s": lag_s,
    }
    row = {
        "source": "shop",
        "known": True,
        "state": "ok",
        "open_rejects": 2,
        "streams": {"orders": stream},
    }
    screen.show_status([row])
    out = capsys.readouterr().out
    assert text in out
    assert "2 rejected" in out


def test_a_run_that_goes_on_later_is_shown(capsys) -> None:
    screen.show_outcomes([Outcome("shop", "orders", "paused")])
    assert "goes on" in capsys.readouterr().out

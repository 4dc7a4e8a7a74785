"""What every connector must do, whatever its platform does to it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import structlog

from sync_agent.errors import (
    AgentError,
    ExitCode,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.port import Json, Page, Source, key_of
from sync_agent.reading.cursor import OVERLAP
from sync_agent.records import Envelope
from sync_agent.records.fields import format_time

from . import shops
from .adapters import Adapter, ids_of, in_order, items_of, text_of

WAITS_S = 3.0


def rested(adapter: Adapter) -> Json:
    """Return the cursor after everything was read."""
    return adapter.read()[-1].cursor


def test_the_check_of_a_healthy_shop_finds_nothing(adapter: Adapter) -> None:
    results = list(adapter.open().check())
    assert {result.state for result in results} == {"ok"}
    assert adapter.checks <= {r.name for r in results}


def test_wrong_credentials_are_refused_with_a_remedy(adapter: Adapter) -> None:
    source = adapter.open(**adapter.bad_settings)
    with pytest.raises(NeedsCredentials) as caught:
        adapter.read(source=source)
    assert caught.value.remedy
    assert refused_by_check(source)


def refused_by_check(source: Source) -> bool:
    """Tell whether the check finds the key refused, by an error or in a result."""
    try:
        results = list(source.check())
    except NeedsCredentials:
        return True
    return any(each.exit_code == ExitCode.CREDENTIALS for each in results)


def test_a_full_reading_gives_every_record_once(adapter: Adapter) -> None:
    found = ids_of(adapter.read())
    assert set(found) == adapter.ids()
    assert len(found) == len(set(found))


def test_two_full_readings_give_the_same(adapter: Adapter) -> None:
    first, second = adapter.read(), adapter.read(full=True)
    assert [key_of(i) for i in items_of(first) if isinstance(i, Envelope)] == [
        key_of(i) for i in items_of(second) if isinstance(i, Envelope)
    ]


def test_two_deltas_give_what_was_added_and_changed(adapter: Adapter) -> None:
    cursor = rested(adapter)
    old = in_order(adapter)[0]
    added = adapter.add()
    pages = adapter.read(cursor)
    assert added in ids_of(pages)
    mark = adapter.change([old, added])
    pages = adapter.read(pages[-1].cursor)
    carrying = {i.external_id for i in items_of(pages) if mark in text_of(i)}
    assert carrying == {old, added}


def test_a_cursor_of_the_future_is_not_believed(adapter: Adapter) -> None:
    """Trap 20: else nothing would be read until that day comes."""
    rested_cursor = rested(adapter)
    cursor = {**rested_cursor, "mark": "2100-01-01T00:00:00Z"}
    pages = adapter.read(cursor)
    assert set(ids_of(pages)) == adapter.ids()
    assert adapter.stream_of(adapter.open()).watermark(pages[-1].cursor) is not None
    assert pages[-1].cursor["mark"] < "2100"


def test_a_cursor_that_makes_no_sense_means_never_read(adapter: Adapter) -> None:
    assert set(ids_of(adapter.read({"mark": "yesterday"}))) == adapter.ids()


def test_a_reading_cut_after_any_page_goes_on_without_loss(adapter: Adapter) -> None:
    """Trap 18: each cursor lets a new process go on."""
    pages = adapter.read()
    for cut in range(1, len(pages)):
        before = pages[:cut]
        after = adapter.read(before[-1].cursor)
        assert set(ids_of([*before, *after])) == adapter.ids()
        assert len(ids_of(after)) <= len(adapter.ids()) - len(ids_of(before))


def test_a_full_reading_that_was_cut_goes_on(adapter: Adapter) -> None:
    pages = adapter.read(full=True)
    after = adapter.read(pages[0].cursor, full=True)
    assert set(ids_of([pages[0], *after])) == adapter.ids()
    assert len(ids_of(after)) < len(adapter.ids())


def test_an_empty_window_gives_a_resting_cursor(adapter: Adapter) -> None:
    adapter.read()
    cursor = {**rested(adapter), "mark": format_time(adapter.clock.now() + OVERLAP / 2)}
    pages = adapter.read(cursor)
    assert len(pages) >= 1
    assert "run" not in pages[-1].cursor


def test_the_watermark_never_passes_the_start(adapter: Adapter) -> None:
    source = adapter.open()
    stream = adapter.stream_of(source)
    started = adapter.clock.now() - timedelta(hours=1)
    pages = list(stream.read(None, full=False, started=started))
    mark = stream.watermark(pages[-1].cursor)
    assert isinstance(mark, datetime)
    assert mark <= started
    assert stream.watermark(None) is None


def test_equal_stamps_across_a_page_edge_lose_nothing(adapter: Adapter) -> None:
    """Trap 1: many rows share the second of their last change."""
    cursor = rested(adapter)
    changed = in_order(adapter)[:13]
    mark = adapter.change(changed)
    source = adapter.open(page_size=4)
    pages = adapter.read(cursor, source=source)
    carrying = {i.external_id for i in items_of(pages) if mark in text_of(i)}
    assert carrying == set(changed)


def test_rows_that_leave_while_paging_hide_no_others(adapter: Adapter) -> None:
    """Trap 2: what stands behind moves up by one."""
    gone = in_order(adapter)[:2]
    for skip, each in enumerate(gone, 1):
        adapter.faults.before(
            adapter.listing, lambda each=each: adapter.remove(each), skip=skip
        )
    found = ids_of(adapter.read())
    assert set(found) >= adapter.ids()
    assert len(found) == len(set(found))


def test_rows_added_while_paging_double_none(adapter: Adapter) -> None:
    before = adapter.ids()
    adapter.faults.before(adapter.listing, adapter.add, skip=1)
    found = ids_of(adapter.read())
    assert set(found) >= before
    assert len(found) == len(set(found))


def test_a_row_committed_late_with_an_older_time_is_found(adapter: Adapter) -> None:
    """Trap 3: the row's stamp lies before the mark when it appears."""
    cursor = rested(adapter)
    late = adapter.add()
    cursor["mark"] = format_time(adapter.clock.now() + timedelta(minutes=2))
    assert late in ids_of(adapter.read(cursor))


def test_a_change_in_the_second_of_the_mark_is_found(adapter: Adapter) -> None:
    """Strict bounds on whole seconds must not cut it off."""
    cursor = rested(adapter)
    one = in_order(adapter)[-1]
    second = adapter.clock.now().replace(microsecond=0)
    mark = adapter.change([one])
    cursor["mark"] = format_time(second + OVERLAP)
    found = [text_of(i) for i in items_of(adapter.read(cursor))]
    assert any(mark in text for text in found)


def busy(retry_after: str | None, status: int = 429, times: int = 1) -> Json:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return {"kind": "status", "status": status, "headers": headers, "times": times}


def http_date(adapter: Adapter, seconds: float) -> str:
    at = adapter.clock.now() + timedelta(seconds=seconds)
    return format_datetime(at, usegmt=True)


PASSING: dict[str, Json] = {
    "429-in-seconds": busy("3", times=2),
    "429-as-a-date": busy("DATE+20"),
    "429-in-the-past": busy("DATE-90"),
    "429-without-a-time": busy(None, times=2),
    "429-with-nonsense": busy("soon"),
    "503-in-seconds": busy("3", status=503),
    "500": {"kind": "status", "status": 500, "times": 2},
    "html": {"kind": "html"},
    "truncated": {"kind": "truncate"},
    "half-json": {"kind": "half_json"},
    "broken-gzip": {"kind": "bad_gzip"},
    "dropped": {"kind": "drop", "times": 2},
}


@pytest.mark.parametrize(
    ("adapter", "name"), shops.troubles([*PASSING]), indirect=["adapter"]
)
def test_a_trouble_that_passes_costs_nothing(adapter: Adapter, name: str) -> None:
    fault = {**PASSING[name], "headers": dict(PASSING[name].get("headers", {}))}
    asked = fault["headers"].get("Retry-After", "")
    if asked.startswith("DATE"):
        fault["headers"]["Retry-After"] = http_date(adapter, float(asked[4:]))
    adapter.faults.add(**fault, skip=1)
    found = ids_of(adapter.read())
    assert set(found) == adapter.ids()
    assert len(found) == len(set(found))
    if asked == "3":
        assert sum(wait >= WAITS_S for wait in adapter.clock.waits) >= fault.get(
            "times", 1
        )
    if asked == "DATE+20":
        assert max(adapter.clock.waits) >= WAITS_S


STAYING: dict[str, tuple[Json, type[AgentError]]] = {
    "401": ({"kind": "status", "status": 401, "body": {}}, NeedsCredentials),
    "403": ({"kind": "status", "status": 403, "body": {}}, NeedsCredentials),
    "404": ({"kind": "status", "status": 404, "body": {}}, Fatal),
    "429": (busy("1"), Retryable),
    "429-for-a-day": (busy("86400"), Retryable),
    "500": ({"kind": "status", "status": 500}, Retryable),
    "html": ({"kind": "html"}, Retryable),
    "truncated": ({"kind": "truncate"}, Retryable),
    "dropped": ({"kind": "drop"}, Retryable),
}


@pytest.mark.parametrize(
    ("adapter", "name"), shops.troubles([*STAYING]), indirect=["adapter"]
)
def test_a_trouble_that_stays_is_an_error_and_no_success(
    adapter: Adapter, name: str
) -> None:
    fault, kind = STAYING[name]
    adapter.faults.add(**{**fault, "times": 1000}, skip=2)
    with pytest.raises(kind) as caught:
        adapter.read()
    assert caught.value.remedy
    if name == "429-for-a-day":
        assert isinstance(caught.value, Retryable)
        assert caught.value.after == 86400  # kept: nobody waits that long here
        assert max(adapter.clock.waits, default=0) < 86400


def test_what_came_before_a_trouble_is_kept_and_gone_on_with(adapter: Adapter) -> None:
    adapter.faults.add("status", status=500, times=1000, skip=4)
    pages: list[Page] = []
    stream = adapter.stream_of(adapter.open())
    reading = stream.read(None, full=False, started=adapter.clock.now())
    with pytest.raises(Retryable):
        pages.extend(reading)
    adapter.faults.clear()
    cursor = pages[-1].cursor if pages else None
    assert set(ids_of([*pages, *adapter.read(cursor)])) == adapter.ids()


def test_secrets_are_in_no_log_and_no_error(adapter: Adapter) -> None:
    """Demand 12: the keys to customer data stay secret."""
    seen: list[Any] = []
    with structlog.testing.capture_logs() as logs:
        adapter.read()
        for fault in ({"kind": "status", "status": 403}, {"kind": "html"}):
            adapter.faults.add(**{**fault, "times": 100})
            with pytest.raises(AgentError) as caught:
                adapter.read()
            seen += [caught.value, caught.value.args, repr(caught.value)]
            adapter.faults.clear()
        adapter.faults.add("drop", times=100)
        with pytest.raises(AgentError) as caught:
            adapter.read()
        seen.append(caught.value)
    seen += logs
    seen.append(repr(adapter.connector.settings(**adapter.settings)))
    assert logs
    text = " ".join(str(each) for each in seen)
    pair = base64.b64encode(":".join(adapter.secrets).encode()).decode()
    for secret in (*adapter.secrets, pair):
        assert secret not in text


def test_the_keys_and_the_fetch_tell_the_same_truth(adapter: Adapter) -> None:
    source = adapter.open()
    kind = adapter.stream_of(source).kinds[0]
    keys = list(source.keys(kind))
    assert {key.external_id for key in keys} == adapter.ids()
    some = [key.external_id for key in keys][:15]
    fetched = list(source.fetch(kind, [*some, adapter.unknown_id]))
    assert {item.external_id for item in fetched} == set(some)
    by_id = {key.external_id: key for key in keys}
    for item in fetched:
        assert isinstance(item, Envelope)
        key, whole = by_id[item.external_id], key_of(item)
        # a list may tell only when a record changed: then that must be the same
        assert key.hash == whole.hash or (key.hash is None and key.version)
        assert key.version in (None, whole.version)


def test_a_record_that_vanished_is_neither_listed_nor_given(adapter: Adapter) -> None:
    gone = in_order(adapter)[-1]
    adapter.remove(gone)
    source = adapter.open()
    kind = adapter.stream_of(source).kinds[0]
    assert gone not in {key.external_id for key in source.keys(kind)}
    assert list(source.fetch(kind, [gone])) == []


def test_every_stream_reads_to_its_end_and_rests(adapter: Adapter) -> None:
    source = adapter.open(page_size=100)
    for stream in source.streams():
        started = adapter.clock.now()
        pages = list(stream.read(None, full=False, started=started))
        assert "run" not in pages[-1].cursor
        mark = stream.watermark(pages[-1].cursor)
        assert mark is not None
        assert mark <= started
        kinds = {item.kind for item in items_of(pages)}
        assert kinds <= set(stream.kinds)

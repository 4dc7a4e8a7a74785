"""The streams of a source run one after the other."""

from __future__ import annotations

import pytest

from sync_agent.errors import ConfigError, Fatal, NeedsCredentials, Retryable, Stopped
from sync_agent.sync.delta import chosen, sync_source
from sync_agent.sync.runner import Runner
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import ListSource, ListStream, customer


def source_with(*errors: Exception | None) -> ListSource:
    streams = [
        ListStream(
            [customer(100 * n)], name=f"s{n}", fail_at={0: error} if error else {}
        )
        for n, error in enumerate(errors)
    ]
    return ListSource(stream=streams[0], more=streams[1:])


def sync(door: FakeDoor, source: ListSource, **over):
    return sync_source(door, Runner(door, FakeClock()), "shop", source, **over)


def test_streams_run_in_the_order_of_the_source() -> None:
    outcomes = sync(FakeDoor(), source_with(None, None, None))
    assert [o.stream for o in outcomes] == ["s0", "s1", "s2"]
    assert {o.state for o in outcomes} == {"complete"}


def test_only_the_streams_asked_for_run() -> None:
    outcomes = sync(FakeDoor(), source_with(None, None, None), names=["s2", "s0"])
    assert [o.stream for o in outcomes] == ["s0", "s2"]


def test_an_unknown_stream_names_those_that_exist() -> None:
    with pytest.raises(ConfigError, match=r"no stream 'x'.*It has s0, s1"):
        chosen(source_with(None, None), "shop", ["x"])


def test_a_stream_that_fails_does_not_stop_the_others() -> None:
    outcomes = sync(FakeDoor(), source_with(Retryable("Down.", "Later."), None))
    assert [o.state for o in outcomes] == ["failed", "complete"]


@pytest.mark.parametrize(
    "error", [NeedsCredentials("Refused.", "New key."), Stopped("Stop.", "Start.")]
)
def test_refused_credentials_and_a_stop_end_the_source(error: Exception) -> None:
    outcomes = sync(FakeDoor(), source_with(error, None))
    assert [o.state for o in outcomes] == ["failed"]


def test_another_contract_is_told_before_anything_is_read() -> None:
    source = source_with(None)
    with pytest.raises(Fatal, match="Update the agent"):
        sync(FakeDoor(contract=(9, 9)), source)
    assert source.stream.reads == []


def test_a_stream_goes_on_from_the_cursor_in_odoo() -> None:
    source = source_with(None)
    sync(FakeDoor(cursors={"s0": {"at": 1, "rest": True}}), source)
    assert source.stream.reads == [({"at": 1, "rest": True}, False)]

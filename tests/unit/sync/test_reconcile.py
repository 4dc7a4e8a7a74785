"""The reconcile finds every difference, mends it, and believes no empty list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sync_agent.errors import Conflict, Fatal, Retryable, Stopped
from sync_agent.records import BadRecord, Customer, Envelope
from sync_agent.sync.batch import Limits
from sync_agent.sync.reconcile import (
    LISTED_AT_ONCE,
    MOST_LISTED,
    Comparison,
    Difference,
    Reconciler,
    to_frame,
    write_csv,
)
from sync_agent.sync.runner import Runner
from tests.fakes import odoo_door as faults
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import VERSION, ListSource, customer, source_of
from tests.unit.sync.test_runner import Watcher

NEWER = "2026-11-21T11:30:00.000000Z"


def synced(count: int) -> tuple[FakeDoor, ListSource]:
    """Return a door that holds what the shop holds."""
    door, source = FakeDoor(), source_of(*(customer(n) for n in range(count)))
    Runner(door, FakeClock()).run("shop", source.stream, None)
    return door, source


def reconcile(door: FakeDoor, source: ListSource, **over) -> Comparison:
    return Reconciler(door, FakeClock(), **over).run("shop", source, "customer")


def held(door: FakeDoor) -> dict[str, str]:
    return {
        external_id: stored.data["name"]
        for (_kind, external_id), stored in door.records.items()
        if not stored.gone
    }


def test_no_difference_is_found_where_there_is_none() -> None:
    door, source = synced(12)
    comparison = reconcile(door, source)
    assert (comparison.known, comparison.listed) == (12, 12)
    assert comparison.differences == []
    assert source.fetched == []
    assert door.reports[-1] == ("reconcile/customer", "complete", "")
    assert door.cursors["reconcile/customer"] == {
        "reconciled": "2026-11-21T12:00:00+00:00"
    }


def test_odoo_is_told_what_was_found_before_it_is_mended_and_after() -> None:
    """Demand 13: every difference is shown to people, counted and listed."""
    door, source = synced(30)
    source.truth["99"] = customer(99)
    source.truth["3"] = customer(3, NEWER, "Changed")
    del source.truth["5"]
    reconcile(door, source)
    (_, found, listed), (kind, after, none) = door.comparisons
    assert (kind, none) == ("customer", [])
    assert found.run == after.run
    assert (found.state, after.state) == ("comparing", "mended")
    counted = (found.known_count, found.listed_count, found.missing_count)
    assert counted == (30, 30, 1)
    assert (found.differing_count, found.gone_count) == (1, 1)
    assert {(row["external_id"], row["what"]) for row in listed} == {
        ("99", "missing"),
        ("3", "differing"),
        ("5", "gone"),
    }


def test_a_long_list_of_differences_is_told_in_parts_and_cut() -> None:
    count = MOST_LISTED + 10
    door, source = FakeDoor(), source_of(*(customer(n) for n in range(count)))
    reconcile(door, source)
    sizes = [len(rows) for _kind, _report, rows in door.comparisons]
    assert sizes == [LISTED_AT_ONCE] * 4 + [0]
    assert door.comparisons[-1][1].missing_count == count
    assert len(held(door)) == count


def test_a_mass_loss_is_told_to_odoo_as_a_failure() -> None:
    door, source = synced(100)
    for n in range(60):
        del source.truth[str(n)]
    with pytest.raises(Fatal):
        reconcile(door, source)
    ((_, report, rows),) = door.comparisons
    assert (report.state, report.gone_count, rows) == ("failed", 60, [])
    assert "60 of 100" in report.message


def test_a_dry_run_tells_odoo_nothing() -> None:
    door, source = synced(10)
    source.truth["99"] = customer(99)
    reconcile(door, source, dry_run=True)
    assert door.comparisons == []


def test_missing_differing_and_gone_records_are_mended() -> None:
    """Demand 47: every absence is noticed."""
    door, source = synced(30)
    source.truth["99"] = customer(99)
    source.truth["3"] = customer(3, NEWER, "Changed")
    del source.truth["5"]
    comparison = reconcile(door, source)
    assert {(d.external_id, d.what) for d in comparison.differences} == {
        ("99", "missing"),
        ("3", "differing"),
        ("5", "gone"),
    }
    assert comparison.outcome is not None
    assert comparison.outcome.counts == {"created": 1, "updated": 1, "gone": 1}
    assert held(door) == {i: item.data.name for i, item in source.truth.items()}
    assert reconcile(door, source).differences == []


def test_a_change_that_moved_no_date_is_found_by_its_hash() -> None:
    door, source = synced(3)
    source.truth["1"] = customer(1, VERSION, "Silent")
    comparison = reconcile(door, source)
    assert [d.external_id for d in comparison.differences] == ["1"]
    assert held(door)["1"] == "Silent 1"


def test_a_truth_that_became_older_is_not_taken_for_stale() -> None:
    """A deleted refund leaves the order with an older latest stamp."""
    door, source = synced(3)
    older = "2026-11-01T00:00:00.000000Z"
    source.truth["1"] = customer(1, older, "Without refund")
    comparison = reconcile(door, source)
    assert comparison.outcome is not None
    assert comparison.outcome.counts == {"updated": 1}
    assert held(door)["1"] == "Without refund 1"
    assert door.records["customer", "1"].version == VERSION
    assert reconcile(door, source).differences == []


def test_a_list_that_tells_only_versions_is_compared_by_them() -> None:
    door, source = synced(3)
    source.versions_only = True
    source.truth["1"] = customer(1, NEWER)
    comparison = reconcile(door, source)
    assert [(d.external_id, d.shop_version) for d in comparison.differences] == [
        ("1", NEWER)
    ]


def test_a_list_that_tells_only_ids_finds_what_is_missing_and_gone() -> None:
    door, source = synced(2)
    source.truth["7"] = replace(customer(7), version="")

    class IdsOnly(ListSource):
        def keys(self, kind):
            for key in super().keys(kind):
                yield replace(key, version=None, hash=None)

    bare = IdsOnly(source.truth, source.stream)
    del bare.truth["0"]
    comparison = reconcile(door, bare)
    assert {d.what for d in comparison.differences} == {"missing", "gone"}


def test_a_record_that_only_the_list_left_out_is_not_marked_gone() -> None:
    door, source = synced(10)
    source.listed = [i for i in source.truth if i != "4"]
    comparison = reconcile(door, source)
    assert [d.what for d in comparison.differences] == ["gone"]
    assert comparison.outcome is not None
    assert comparison.outcome.counts == {"unchanged": 1}
    assert "4" in held(door)


def test_a_record_listed_twice_is_compared_once() -> None:
    door, source = synced(3)
    source.truth["9"] = customer(9)
    source.listed = [*source.truth, "9"]
    assert reconcile(door, source).count("missing") == 1


def test_a_missing_record_that_vanished_meanwhile_needs_nothing() -> None:
    door, source = synced(2)

    class Vanishing(ListSource):
        def fetch(self, kind, external_ids):
            return iter(())

    vanishing = Vanishing({**source.truth, "9": customer(9)}, source.stream)
    comparison = reconcile(door, vanishing)
    assert comparison.count("missing") == 1
    assert ("customer", "9") not in door.records


def test_an_empty_list_of_a_shop_marks_nothing_as_gone() -> None:
    door, source = synced(40)
    source.truth.clear()
    with pytest.raises(Fatal, match=r"no longer lists 40 of 40.*--accept-gone"):
        reconcile(door, source)
    assert len(held(door)) == 40
    assert door.reports[-1][1] == "failed"


def test_a_person_can_say_that_they_really_are_gone() -> None:
    door, source = synced(40)
    source.truth.clear()
    reconcile(door, source, accept_gone=True)
    assert held(door) == {}


def test_many_gone_of_very_many_are_believed() -> None:
    door, source = synced(200)
    for number in range(25):
        del source.truth[str(number)]
    assert reconcile(door, source).count("gone") == 25


def test_a_dry_run_changes_nothing() -> None:
    door, source = synced(3)
    source.truth["9"] = customer(9)
    calls = len(door.calls)
    comparison = reconcile(door, source, dry_run=True)
    assert comparison.count("missing") == 1
    assert len(door.calls) == calls


def test_differences_are_mended_in_batches() -> None:
    door, source = FakeDoor(), source_of(*(customer(n) for n in range(250)))
    watcher = Watcher()
    reconcile(door, source, limits=Limits(records=40), progress=watcher)
    assert len(held(door)) == 250
    assert max(len(b.records) for b in door.calls) == 40
    assert [len(ids) for ids in source.fetched] == [100, 100, 50]
    assert watcher.told[-1] == ("end", True)


def test_what_odoo_knows_is_read_in_pages() -> None:
    door, source = synced(12)
    door.known_limit = 5
    assert reconcile(door, source).known == 12


def test_a_list_of_odoo_that_does_not_end_is_told() -> None:
    class Endless(FakeDoor):
        def known(self, source, kind, after="", limit=5000):
            page = super().known(source, kind, "", limit)
            return replace(page, next="1")

    with pytest.raises(Fatal, match="does not end"):
        reconcile(Endless(), source_of())


@pytest.mark.parametrize("where", ["keys_error", "fetch_error"])
def test_a_shop_that_fails_fails_the_run_and_marks_nothing(where: str) -> None:
    door, source = synced(5)
    del source.truth["1"]
    setattr(source, where, Retryable("The shop is down.", "Later."))
    watcher = Watcher()
    with pytest.raises(Retryable):
        reconcile(door, source, progress=watcher)
    assert len(held(door)) == 5
    assert door.reports[-1][1] == "failed"
    assert watcher.told[-1] == ("end", False)


def test_a_dry_run_that_fails_tells_odoo_nothing() -> None:
    door, source = synced(5)
    source.keys_error = Retryable("The shop is down.", "Later.")
    calls = len(door.calls)
    with pytest.raises(Retryable):
        reconcile(door, source, dry_run=True)
    assert len(door.calls) == calls


def test_a_record_that_cannot_be_read_is_kept_as_a_reject() -> None:
    door, source = synced(2)
    source.truth["1"] = customer(1, NEWER, "Changed")
    bad = BadRecord("customer", "1", NEWER, "name", "is missing", {})

    class Broken(ListSource):
        def fetch(self, kind, external_ids):
            yield bad

    comparison = reconcile(door, Broken(source.truth, source.stream))
    assert comparison.outcome is not None
    assert comparison.outcome.counts == {"rejected": 1}


def test_another_reconcile_at_the_same_time_costs_one_more_try() -> None:
    door, source = synced(3)
    source.truth["9"] = customer(9)
    door.faults.append(faults.conflict_with(door, "reconcile/customer", {"x": 1}))
    assert reconcile(door, source).count("missing") == 1
    assert "9" in held(door)


def test_endless_conflicts_end_in_an_error() -> None:
    door, source = synced(1)
    for number in range(20):
        door.faults.append(
            faults.conflict_with(door, "reconcile/customer", {"x": number})
        )
    with pytest.raises(Conflict, match="Another agent"):
        reconcile(door, source)


def test_a_request_to_stop_is_heard() -> None:
    door, source = synced(3)
    with pytest.raises(Stopped):
        reconcile(door, source, stopping=lambda: True)


def test_differences_become_a_table(tmp_path: Path) -> None:
    found = [Difference("customer", "007", "gone", VERSION)]
    comparison = Comparison("customer", differences=found)
    frame = to_frame([comparison])
    assert list(frame["external_id"]) == ["007"]
    path = tmp_path / "differences.csv"
    write_csv([comparison], path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "kind,external_id,what,odoo_version,shop_version",
        f"customer,007,gone,{VERSION},",
    ]


def test_the_truth_of_a_record_carries_its_own_fields() -> None:
    door, source = synced(1)
    source.truth["0"] = Envelope(
        "customer", "0", NEWER, Customer(name="鹤", email="crane@example.com")
    )
    reconcile(door, source)
    assert door.records["customer", "0"].data == {
        "name": "鹤",
        "email": "crane@example.com",
    }

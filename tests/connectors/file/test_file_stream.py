"""Reading goes on where it stopped; twice changes nothing; memory stays flat."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_agent.connectors.file import open_files
from sync_agent.connectors.file.stream import PAGE
from sync_agent.port import Page

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)
COUNT = 2 * PAGE + 100


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    rows = "".join(f"{n},name {n}\n" for n in range(COUNT))
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,name\n" + rows, encoding="utf-8")
    return path


def _read(
    paths: list[Path],
    cursor: dict[str, Any] | None,
    *,
    full: bool = False,
    mapping: Path | None = None,
) -> list[Page]:
    (stream,) = open_files(paths, mapping).streams()
    return list(stream.read(cursor, full=full, started=STARTED))


def _ids(pages: list[Page]) -> list[str]:
    return [item.external_id for page in pages for item in page.items]


def test_every_page_tells_where_to_go_on(customers: Path) -> None:
    """Demand 3: a cut import loses nothing and doubles nothing."""
    pages = _read([customers], None)
    everything = [str(n) for n in range(COUNT)]
    assert _ids(pages) == everything
    assert [page.expected for page in pages] == [COUNT, COUNT, COUNT, None]
    for stop in range(1, len(pages)):
        rest = _read([customers], pages[stop - 1].cursor)
        assert _ids(pages[:stop]) + _ids(rest) == everything
        assert rest[-1].cursor == pages[-1].cursor


def test_a_file_that_was_read_is_not_read_again_unless_asked(customers: Path) -> None:
    rest = _read([customers], None)[-1].cursor
    again = _read([customers], rest)
    assert _ids(again) == []
    assert again[-1].cursor == rest
    assert len(_ids(_read([customers], rest, full=True))) == COUNT


def test_an_unfinished_full_reading_goes_on_a_finished_one_begins_anew(
    customers: Path,
) -> None:
    first = _read([customers], None)[0].cursor
    assert len(_ids(_read([customers], first, full=True))) == COUNT - PAGE
    rest = _read([customers], first)[-1].cursor
    delta = {**rest, "done": [], "file": first["file"], "row": first["row"]}
    assert len(_ids(_read([customers], delta, full=True))) == COUNT


def test_a_changed_file_or_mapping_is_read_again(
    customers: Path, tmp_path: Path
) -> None:
    rest = _read([customers], None)[-1].cursor
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[file.customers]\nkind = "customer"\nid = "customer_id"\n'
        'columns = { name = "name", note = "name" }\n',
        encoding="utf-8",
    )
    assert len(_ids(_read([customers], rest, mapping=mapping))) == COUNT
    customers.write_text("customer_id,name\n5,new\n", encoding="utf-8")
    assert _ids(_read([customers], rest)) == ["5"]


def test_of_several_files_only_the_new_one_is_read(
    customers: Path, tmp_path: Path
) -> None:
    rest = _read([customers], None)[-1].cursor
    more = tmp_path / "customers-2.csv"
    more.write_text("customer_id,name\nx,new\n", encoding="utf-8")
    pages = _read([customers, more], rest)
    assert _ids(pages) == ["x"]
    assert len(pages[-1].cursor["done"]) == 2


def test_a_cut_in_the_second_file_does_not_read_the_first_again(
    customers: Path, tmp_path: Path
) -> None:
    first = tmp_path / "customers-0.csv"
    first.write_text("customer_id,name\nx,new\n", encoding="utf-8")
    pages = _read([first, customers], None)
    assert _ids(_read([first, customers], pages[1].cursor)) == _ids(pages[2:])
    assert pages[1].expected == COUNT + 1


def test_rows_that_stand_apart_survive_a_cut(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"{n},completed,2026-01-02,CNY,a,1\n" for n in range(COUNT)]
    rows.insert(PAGE + 300, rows[10].replace(",a,", ",b,"))
    path.write_text(
        "order_id,state,ordered_at,currency,name,line_total\n" + "".join(rows),
        encoding="utf-8",
    )
    pages = _read([path], None)
    lines = {
        item.external_id: len(item.to_wire()["data"]["lines"])
        for page in pages
        for item in page.items
    }
    assert lines == {str(n): 1 + (n == 10) for n in range(COUNT)}
    rest = _read([path], pages[0].cursor)
    assert set(_ids(pages[:1])) | set(_ids(rest)) == set(lines)
    assert "10" in _ids(rest)


def test_an_id_that_never_returns_is_given_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(
        "customer_id,name\n1,a\n2,b\n1,c\n,d\n,e\n3,f\n3,g\n", encoding="utf-8"
    )
    pages = _read([path], None)
    assert _ids(pages) == [
        "2",
        "1",
        "customers.csv#5",
        "customers.csv#6",
        "3",
    ]
    assert pages[0].expected == 5
    names = {i.external_id: i.to_wire()["data"].get("name") for i in pages[0].items}
    assert (names["1"], names["3"]) == ("c", "g")


def test_files_promise_no_moment_up_to_which_all_is_known(customers: Path) -> None:
    (stream,) = open_files([customers]).streams()
    pages = list(stream.read(None, full=False, started=STARTED))
    assert stream.kinds == ("customer",)
    assert stream.watermark(None) is None
    assert stream.watermark(pages[-1].cursor) is None


_PEAK = """
import resource, sys
from datetime import datetime, UTC
from pathlib import Path
from sync_agent.connectors.file import open_files
(stream,) = open_files([Path(sys.argv[1])]).streams()
count = 0
for page in stream.read(None, full=True, started=datetime.now(UTC)):
    count += len(page.items)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak_kib(path: Path, rows: int) -> int:
    with path.open("w", encoding="utf-8") as handle:
        handle.write("customer_id,name,email,street,city\n")
        handle.writelines(
            f"{n},name {n},mail{n}@example.com,street {n},city\n" for n in range(rows)
        )
    result = subprocess.run(
        [sys.executable, "-c", _PEAK, path],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    count, peak = map(int, result.stdout.split())
    assert count == rows
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    small = _peak_kib(path, 5_000)
    large = _peak_kib(path, 60_000)
    assert large < small * 1.1

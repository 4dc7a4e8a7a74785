"""CSV files as they come: encodings, delimiters, broken rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_agent.connectors.file.lines import leaves_open
from sync_agent.errors import Fatal

Reading = Callable[..., list[Any]]
ROWS = "id,name,mail\n1,王小明,w@example.com\n2,Jürgen Groß,j@example.org\n"
CHINESE = "id,name,mail\n1,王小明,w@example.com\n2,李雪梅（杭州）,l@example.org\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ROWS.encode(), "Jürgen Groß"),
        (b"\xef\xbb\xbf" + ROWS.encode(), "Jürgen Groß"),
        (ROWS.encode("utf-16"), "Jürgen Groß"),
        (CHINESE.encode("gb18030"), "李雪梅（杭州）"),
        (ROWS.replace("\n", "\r\n").encode(), "Jürgen Groß"),
        (ROWS.replace("\n", "\r").encode(), "Jürgen Groß"),
        (ROWS.replace(",", ";").encode(), "Jürgen Groß"),
        (ROWS.replace(",", "\t").encode(), "Jürgen Groß"),
        (ROWS.replace(",", "|").encode(), "Jürgen Groß"),
        (("\n,,\nCustomers of 2026,,\n\n" + ROWS).encode(), "Jürgen Groß"),
        (ROWS.replace("id,name,mail", " ID , Name,ＭＡＩＬ").encode(), "Jürgen Groß"),
        (ROWS.replace("\n", ",,\n").encode(), "Jürgen Groß"),
    ],
    ids=[
        *(
            "utf-8",
            "bom",
            "utf-16",
            "gb18030",
            "crlf",
            "cr",
            "semicolon",
            "tab",
            "pipe",
        ),
        *("leading rows", "heads in other dress", "empty columns at the end"),
    ],
)
def test_encoding_delimiter_and_heads_are_found(
    good: Callable[..., list[dict[str, Any]]], content: bytes, name: str
) -> None:
    """Demand 18: data of any shop's export can be taken over."""
    records = good(content)
    assert [record["data"]["name"] for record in records] == ["王小明", name]
    assert [record["external_id"] for record in records] == ["1", "2"]


def test_another_encoding_is_taken_when_the_mapping_names_it(
    good: Callable[..., list[dict[str, Any]]],
) -> None:
    content = "id,name,mail\n1,Jürgen Groß,j@example.org\n".encode("cp1252")
    records = good(content, extra='encoding = "cp1252"')
    assert records[0]["data"]["name"] == "Jürgen Groß"


@pytest.mark.parametrize(
    ("content", "extra", "words"),
    [
        (b"", "", ["is empty", "Export it again"]),
        (b"\xef\xbb\xbf \r\n\n", "", ["is empty"]),
        (b"<html><table><tr><td>id", "", ["web page", "save it as .xlsx"]),
        (
            "id,name,mail\n1,Jürgen Groß,\n2,Käthe,\n".encode("cp1252"),
            "",
            ["neither UTF-8 nor GB18030", "line 2", "cp1252"],
        ),
        (
            CHINESE.encode("gb18030"),
            'encoding = "utf-8"\n',
            ["is not utf-8", "line 2", "gb18030"],
        ),
        (b"a,b\n1,2\n", "", ["none of the columns", "a,b", '"id"']),
        (b"id,mail\n1,2\n", "", ['no column "name"', "columns.name", "id, mail"]),
        (b"name,mail\n1,2\n", "", ['no column "id"', "key id"]),
        (b"x\nid,name,mail\n", "header_row = 1\n", ["none of the columns"]),
        (b"PK\x03\x04 broken", "", ["looks like an Excel file", "save it as .xlsx"]),
        (b"\xd0\xcf\x11\xe0 broken", "", ["looks like an Excel file"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_file_that_cannot_be_used_stops_at_once_and_names_the_remedy(
    read: Reading, content: bytes, extra: str, words: list[str]
) -> None:
    with pytest.raises(Fatal) as caught:
        read(content, extra=extra)
    for word in [*words, "export.csv"]:
        assert word in str(caught.value)
    assert caught.value.remedy


def test_a_file_of_heads_only_holds_no_record(read: Reading) -> None:
    assert read("id,name,mail\n") == []


BROKEN = {
    "too many cells": (b"7,a,b,c", "has 4 cells, the head has 3"),
    "too few cells": (b"7,a", "has 2 cells, the head has 3"),
    "quote not closed": (b'7,"a,b', "not closed"),
    "endless cell": (b"7," + b"a" * 140_000 + b",c,d", "more than 131072 signs"),
    "byte of another encoding": (b"7,\xff\xfea,b", "not valid in utf-8"),
    "no id": (b",a,b", "has no id"),
    "no name": (b"7,,b", "Field required"),
    "id too long": (b"7" * 201 + b",a,b", "at most 200"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_row_is_kept_with_its_reason_and_costs_no_other(
    read: Reading, split: Any, case: str
) -> None:
    """Demand 18: a CSV with a broken row loses nothing else."""
    row, reason = BROKEN[case]
    rows = [f"{n},姓名{n},m{n}@example.com".encode() for n in range(100, 160)]
    content = b"\n".join([b"id,name,mail", *rows[:30], row, *rows[30:]]) + b"\n"
    records, bad = split(read(content))
    assert [record.external_id for record in records] == [
        str(n) for n in range(100, 160)
    ]
    assert len(bad) == 1
    assert reason in bad[0].reason
    assert "import the file again" in bad[0].reason
    assert bad[0].path.startswith("export.csv row 32")
    assert bad[0].payload["file"] == "export.csv"
    assert bad[0].payload["rows"][0]["row"] == 32
    expected = row.split(b",")[0].decode() or "export.csv#32"
    assert bad[0].external_id == expected
    assert bad[0].to_wire()["error"]["path"] == bad[0].path


def test_short_rows_are_taken_when_the_mapping_says_so(
    good: Callable[..., list[dict[str, Any]]],
) -> None:
    records = good("id,name,mail\n1,a\n", extra='short_rows = "accept"')
    assert records[0]["data"] == {"name": "a"}


def test_cells_may_hold_line_breaks_quotes_and_delimiters(
    good: Callable[..., list[dict[str, Any]]],
) -> None:
    records = good('id,name,mail\n1,"a, ""b""\nc",x\n2,5" pipe,y\n\n3,z,"q"\n')
    assert [record["data"]["name"] for record in records] == [
        'a, "b"\nc',
        '5" pipe',
        "z",
    ]


def test_what_programs_put_around_ids_is_taken_off(
    good: Callable[..., list[dict[str, Any]]],
) -> None:
    content = 'id,name,mail\n="2026112100000000123",a\x00b,\n\'007,c,\n\t8 ,NA,null\n'
    records = good(content)
    assert [record["external_id"] for record in records] == [
        "2026112100000000123",
        "007",
        "8",
    ]
    assert records[0]["data"]["name"] == "ab"
    assert records[2]["data"] == {"name": "NA", "email": "null"}


def test_a_second_column_of_the_same_name_gets_a_number(
    good: Callable[..., list[dict[str, Any]]],
) -> None:
    mapping = (
        '[file.c]\nkind = "customer"\nid = "id"\n'
        'columns = { name = "name", email = "name (2)" }'
    )
    records = good("id,name,name\n1,a,b@example.com\n", mapping)
    assert records[0]["data"]["email"] == "b@example.com"


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ('a,"b', True),
        ('a,"b""', True),
        ('a,"b"', False),
        ('a,5" pipe', False),
        ('"a"",b', True),
        ('a,"x""y",5"', False),
    ],
)
def test_a_quote_opens_a_cell_only_at_its_start(line: str, is_open: bool) -> None:
    assert leaves_open(line, ",") is is_open

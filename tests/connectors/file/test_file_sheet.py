"""Excel: merged cells, dates, long numbers, old and new format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync_agent.errors import Fatal

Good = Callable[..., list[dict[str, Any]]]
DATA = Path(__file__).parents[2] / "data" / "file"

MAPPING = """
[file.orders]
kind = "order"
id = "订单号"
timezone = "Asia/Shanghai"
sheet = "订单"
states = { "已完成" = "completed" }
[file.orders.columns]
state = "状态"
ordered_at = "下单时间"
customer.name = "买家"
customer.phone = "电话"
total = "实付"
line.name = "商品"
line.quantity = "数量"
line.total = "小计"
[file.orders.constants]
currency = "CNY"
"""
HEADS = ["订单号", "状态", "下单时间", "买家", "电话", "实付", "商品", "数量", "小计"]
AT = datetime(2026, 11, 11, 0, 0, 3)  # noqa: DTZ001 - Excel knows no zones


def _book(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("订单")
    sheet["A1"] = "2026 年订单导出"
    sheet.merge_cells("A1:I1")
    for number, row in enumerate([HEADS, *rows], start=3):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    if len(rows) > 1:
        for column in "ABCDEF":
            sheet.merge_cells(f"{column}4:{column}5")
    book.save(path)
    return path


def test_a_sheet_with_merged_cells_becomes_orders(good: Good, tmp_path: Path) -> None:
    """Demand 18: what a shop exports to Excel can be taken over."""
    path = _book(
        tmp_path / "orders.xlsx",
        [
            ["20261111000001", "已完成", AT, "王小明", 13900001111, 19.9, "茶", 1, 10],
            [None, None, None, None, None, None, "杯", 2, 9.9],
            ["20261111000002", "已完成", AT, "李雪梅", None, 0.1 + 0.2, "茶", 1, 0.3],
        ],
    )
    first, second = good(path, MAPPING)
    assert first["external_id"] == "20261111000001"
    assert first["data"]["ordered_at"] == "2026-11-10T16:00:03Z"
    assert first["data"]["customer"] == {"name": "王小明", "phone": "13900001111"}
    assert first["data"]["total"] == "19.9"
    assert [line["name"] for line in first["data"]["lines"]] == ["茶", "杯"]
    assert first["data"]["lines"][1]["quantity"] == "2"
    assert second["data"]["total"] == "0.3"


def test_an_id_whose_digits_excel_dropped_is_refused(
    read: Callable[..., list[Any]], split: Any, tmp_path: Path
) -> None:
    path = _book(
        tmp_path / "orders.xlsx",
        [
            [2026111100000123456, "已完成", AT, "a", None, 1, "茶", 1, 1],
        ],
    )
    records, bad = split(read(path, MAPPING))
    assert records == []
    assert "export the column as text" in bad[0].reason


def test_an_old_workbook_is_read_as_well(good: Good) -> None:
    first, second = good(DATA / "orders.xls", MAPPING)
    assert first["external_id"] == "20261111000001"
    assert first["data"]["ordered_at"] == "2026-11-10T16:00:03Z"
    assert [line["name"] for line in first["data"]["lines"]] == ["茶", "杯"]
    assert second["data"]["customer"] == {"name": "李雪梅", "phone": "13900002222"}


@pytest.mark.parametrize("sheet", ['"Orders"', "3"])
def test_a_sheet_that_is_not_there_is_named_with_those_that_are(
    read: Callable[..., list[Any]], tmp_path: Path, sheet: str
) -> None:
    path = _book(tmp_path / "orders.xlsx", [])
    with pytest.raises(Fatal, match=r"no sheet .*it has: 说明, 订单"):
        read(path, MAPPING.replace('"订单"\nstates', f"{sheet}\nstates"))


def test_a_sheet_by_number_without_the_heads_is_refused(
    read: Callable[..., list[Any]], tmp_path: Path
) -> None:
    path = _book(tmp_path / "orders.xlsx", [])
    with pytest.raises(Fatal, match="none of the columns"):
        read(path, MAPPING.replace('"订单"\nstates', "1\nstates"))


def test_yes_numbers_and_dates_of_cells_become_text(good: Good, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["id", "name", "firm", "day", "note", "tags"],
        [1.0, "a", True, AT.date(), 1e-7, AT.time()],
        [2, "b", False, AT, 0.5, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    mapping = '[file.c]\nkind = "customer"\nid = "id"\n[file.c.columns]\n'
    mapping += 'name = "name"\nis_company = "firm"\ncreated_at = "day"\n'
    mapping += 'note = "note"\ntags = "tags"\n'
    first, second = good(tmp_path / "c.xlsx", mapping)
    assert first["external_id"] == "1"
    assert first["data"]["is_company"] is True
    assert first["data"]["created_at"] == "2026-11-11T00:00:00Z"
    assert first["data"]["note"] == "0.0000001"
    assert first["data"]["tags"] == ["00:00:03"]
    assert second["data"]["note"] == "0.5"

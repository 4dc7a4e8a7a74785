"""Which file is read as what, and what the check says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_agent.connectors.file import CONNECTOR, FileSettings, open_files, open_folder
from sync_agent.errors import ConfigError, Fatal
from sync_agent.port import Tools

TOOLS = Tools(clock=None, transport=None)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders_2025.csv").write_text("order_id,state,ordered_at,currency\n")
    (tmp_path / "my_customers.csv").write_text("customer_id,name\n1,a\n")
    (tmp_path / "rates.csv").write_text("date\n")
    (tmp_path / "~$orders.xlsx").write_text("lock")
    return tmp_path


def test_a_folder_gives_the_files_whose_names_the_mapping_knows(folder: Path) -> None:
    streams = open_files([folder]).streams()
    assert [(s.name, s.kinds) for s in streams] == [
        ("file.customers", ("customer",)),
        ("file.orders", ("order",)),
    ]


def test_customers_come_before_orders_before_reviews(tmp_path: Path) -> None:
    for name in ("reviews", "orders", "shipments", "products", "customers"):
        (tmp_path / f"{name}.csv").write_text("x\n")
    kinds = [stream.kinds[0] for stream in open_files([tmp_path]).streams()]
    assert kinds == ["customer", "product", "order", "shipment", "review"]


def test_a_named_kind_reads_a_file_of_any_name(folder: Path) -> None:
    (stream,) = open_files([folder / "rates.csv"], kind="product").streams()
    assert stream.kinds == ("product",)


@pytest.mark.parametrize(
    ("name", "kind", "error", "words"),
    [
        ("rates.csv", None, ConfigError, ["reads rates.csv", "--kind", "orders*"]),
        ("none.csv", None, Fatal, ["no file", "Check the path"]),
        ("empty", None, ConfigError, ["No file in", "customers*"]),
        ("rates.csv", "cart", ConfigError, ["no table for cart", "[file.<name>]"]),
    ],
)
def test_a_file_that_nobody_reads_is_named_with_the_remedy(
    folder: Path, name: str, kind: str, error: type[Fatal], words: list[str]
) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(error) as caught:
        open_files([folder / name], kind=kind)  # type: ignore[arg-type]
    for word in words:
        assert word in str(caught.value)


def test_the_check_says_of_each_file_whether_it_can_be_read(folder: Path) -> None:
    (folder / "reviews.csv").write_text("a,b\n")
    results = {r.name: r for r in open_files([folder]).check()}
    assert results["my_customers.csv"].state == "ok"
    assert results["reviews.csv"].state == "failed"
    assert "none of the columns" in results["reviews.csv"].message
    assert results["reviews.csv"].remedy
    assert results["reviews.csv"].exit_code == 8


def test_a_configured_source_reads_what_its_patterns_find(folder: Path) -> None:
    settings = FileSettings(files=(str(folder / "*.csv"),))
    source = CONNECTOR.open(settings, TOOLS)
    assert [stream.name for stream in source.streams()] == [
        "file.customers",
        "file.orders",
    ]
    source.close()
    nothing = open_folder(FileSettings.model_validate({"files": "none/*.csv"}), TOOLS)
    (result,) = nothing.check()
    assert result.state == "warning"


def test_a_configured_source_takes_its_own_mapping(folder: Path) -> None:
    mapping = folder / "m.toml"
    mapping.write_text(
        '[file.rates]\nkind = "product"\nid = "date"\ncolumns = { name = "date" }\n'
    )
    settings = FileSettings(files=(str(folder / "rates.csv"),), mapping=str(mapping))
    (stream,) = open_folder(settings, TOOLS).streams()
    assert stream.name == "file.rates"


def test_files_do_not_claim_to_know_what_is_gone(folder: Path) -> None:
    source = open_files([folder])
    assert source.kinds == ()
    assert source.platform == "files"
    with pytest.raises(Fatal, match="still exist"):
        source.keys("order")
    with pytest.raises(Fatal, match="import it again"):
        source.fetch("order", ["1"])


def test_a_file_without_rights_is_named(folder: Path, monkeypatch: object) -> None:
    (folder / "orders.csv").mkdir()
    (stream,) = open_files([folder / "my_customers.csv"]).streams()
    stream.paths = (folder / "orders.csv",)  # type: ignore[attr-defined]
    with pytest.raises(Fatal, match="cannot be read"):
        stream.open()  # type: ignore[attr-defined]

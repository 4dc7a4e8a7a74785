"""The mapping: what it may say, and what it says when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_agent.connectors.file.mapping import GENERIC, load_mapping
from sync_agent.connectors.file.targets import FILE_KINDS, REQUIRED, targets
from sync_agent.errors import ConfigError
from sync_agent.records import KINDS

HEAD = '[file.orders]\nkind = "order"\nid = "no"\n'
NEEDED = 'columns = { state = "s", ordered_at = "t", currency = "c" }\n'


def test_the_agents_own_layout_covers_every_kind_of_file() -> None:
    layouts = load_mapping()
    assert {layout.kind for layout in layouts.values()} == set(FILE_KINDS)
    assert GENERIC.name == "generic.toml"


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_every_plain_field_of_a_record_can_be_filled(kind: str) -> None:
    plain = {
        name
        for name, field in KINDS[kind].model_fields.items()
        if "tuple" not in str(field.annotation)
        and "records." not in str(field.annotation)
    }
    assert plain <= set(targets(kind))  # type: ignore[arg-type]
    assert set(REQUIRED[kind]) <= set(targets(kind))  # type: ignore[arg-type, index]


def test_deep_fields_of_orders_and_customers_can_be_filled() -> None:
    assert {
        "customer.email",
        "billing.street",
        "charges.shipping.total",
        "line.category",
        "line.tax_percent",
        "refund.line.net",
        "refund.charge.kind",
        "coupons",
    } <= set(targets("order"))
    assert {"main.city", "shipping.phone", "tags"} <= set(targets("customer"))
    assert "event.at" in targets("shipment")


def test_columns_can_be_written_dotted_quoted_or_as_rules(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        HEAD
        + """
[file.orders.columns]
state = { column = "Status", values = { "已发货" = "shipped" }, default = "pending" }
ordered_at = ["Date", "Time"]
"customer.email" = "Mail"
customer.name = { columns = ["First", "Last"], join = "-" }
[file.orders.constants]
currency = "CNY"
[file.orders.constants.customer]
phone = 5
""",
        encoding="utf-8",
    )
    layout = load_mapping(path)["orders"]
    assert layout.columns["state"].values == {"已发货": "shipped"}
    assert layout.columns["state"].default == "pending"
    assert layout.columns["ordered_at"].columns == ("Date", "Time")
    assert layout.columns["customer.email"].columns == ("Mail",)
    assert layout.columns["customer.name"].join == "-"
    assert layout.constants == {"currency": "CNY", "customer.phone": "5"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[file.a]\nx =", ["not valid TOML", "Correct that line"]),
        ("", ["no table [file.<name>]"]),
        ("[files.a]\nx = 1", ["no table [file.<name>]"]),
        (HEAD + NEEDED + "[other]\n", ["[other]", "means nothing"]),
        ('[file."a b"]\nkind = "order"', ["plain name"]),
        ("[file]\na = 1", ["plain name"]),
        (HEAD, ["[file.orders]", '"state" is needed', "columns"]),
        (HEAD + NEEDED + 'kindd = "x"', ["[file.orders]", "key kindd"]),
        (HEAD + NEEDED.replace("state", "stat"), ['"stat"', "did you mean state"]),
        (
            HEAD + NEEDED + 'constants = { "line.nett" = "1" }',
            ["constants", "did you mean line.net"],
        ),
        (HEAD.replace("order", "ordr") + NEEDED, ["key kind", "'order'"]),
        (
            HEAD + NEEDED + 'timezone = "Mars/Olympus"',
            ["key timezone", "Asia/Shanghai"],
        ),
        (HEAD + NEEDED + 'encoding = "utf-9"', ["key encoding", "gb18030"]),
        (HEAD + NEEDED + 'delimiter = ";;"', ["key delimiter"]),
        (HEAD + NEEDED + 'decimal = "."\nthousands = "."', ["same sign"]),
        (HEAD + NEEDED + "header_row = 0", ["key header_row"]),
        ('[file.c]\nkind = "customer"\nid = []\nheader_row = 0', ["key id", "more)"]),
        (
            '[file.c]\nkind = "customer"\nid = "i"\ncolumns = { name = "n" }\n'
            'rows = { column = "r" }',
            ["rows is for orders only"],
        ),
    ],
    ids=str,
)
def test_a_wrong_mapping_names_table_key_and_remedy(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_mapping(path)
    for word in [*words, str(path)]:
        assert word in str(caught.value)
    assert caught.value.remedy


def test_a_mapping_that_is_not_there_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")
    path = tmp_path / "gbk.toml"
    path.write_bytes('id = "订单"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_mapping(path)


def test_the_digest_changes_with_the_mapping() -> None:
    layouts = load_mapping()
    orders = layouts["orders"]
    assert orders.digest() == load_mapping()["orders"].digest()
    changed = orders.model_copy(update={"timezone": "Asia/Shanghai"})
    assert changed.digest() != orders.digest()

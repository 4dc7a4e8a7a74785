"""Files into a real Odoo: the demo history, twice, cut, and with a broken row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scripts.dev.demo import MAPPING_NAME, write_history
from scripts.dev.testbed import RunningOdoo

from .conftest import Agent

pytestmark = pytest.mark.odoo

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("h"), today=TODAY, customers=150)


def _import(agent: Agent, history: Path, code: str, *more: str) -> dict[str, Any]:
    mapping = str(history / MAPPING_NAME)
    exit_code, printed, seen = agent.run(
        *("import", str(history), "--mapping", mapping),
        *("--source", code, "--json", *more),
    )
    assert exit_code == 0, seen
    total: Counter[str] = Counter()
    for outcome in json.loads(printed)["runs"]:
        assert outcome["state"] == "complete"
        total.update(outcome["counts"])
    return dict(total)


def _orders(odoo: RunningOdoo, code: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = odoo.sql(
        "select o.external_id, o.amount_total, o.amount_refunded from sme_order o "
        "join sme_source s on s.id = o.source_id "
        f"where s.code = '{code}' and o.kind = 'order'"
    )
    cells = [row.split("|") for row in rows.splitlines()]
    return {key: (Decimal(total), Decimal(back or 0)) for key, total, back in cells}


def _heads(history: Path) -> dict[str, tuple[Decimal, Decimal]]:
    with (history / "orders.csv").open(encoding="utf-8") as handle:
        return {
            row["order_id"]: (
                Decimal(row["total"]),
                Decimal(row["refunded_total"] or 0),
            )
            for row in csv.DictReader(handle)
            if row["number"]
        }


def test_the_history_comes_in_whole_and_a_second_time_changes_nothing(
    agent: Agent, odoo: RunningOdoo, history: Path
) -> None:
    """Demand 18: what was exported is in Odoo, to the cent, and only once."""
    counts = _import(agent, history, "history")
    assert set(counts) == {"created"}
    assert _orders(odoo, "history") == _heads(history)
    partners = odoo.sql("select count(*) from res_partner")
    assert _import(agent, history, "history") == {}
    changed = history / "orders.csv"
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert _import(agent, history, "history") == {"unchanged": len(_heads(history))}
    assert odoo.sql("select count(*) from res_partner") == partners
    assert odoo.sql("select count(*) from sme_reject") == "0"


def test_a_broken_row_is_kept_in_odoo_and_the_corrected_file_closes_it(
    agent: Agent, odoo: RunningOdoo, tmp_path: Path
) -> None:
    good = "customer_id,name,email\n1,王小明,w@example.com\n"
    path = tmp_path / "customers.csv"
    path.write_text(good + "2,Ann,a@example.com,too much\n", encoding="utf-8")
    words = ("import", str(path), "--source", "list", "--json")
    exit_code, printed, seen = agent.run(*words)
    assert exit_code == 6, seen
    refusal = json.loads(printed)["runs"][0]["refusals"][0]
    assert refusal["path"] == "customers.csv row 3"
    assert "4 cells, the head has 3" in refusal["reason"]
    kept = odoo.sql("select external_id, path from sme_reject where state = 'open'")
    assert kept == "2|customers.csv row 3"
    path.write_text(good + "2,Ann,a@example.com\n", encoding="utf-8")
    exit_code, printed, seen = agent.run(*words)
    assert exit_code == 0, seen
    assert odoo.sql("select count(*) from sme_reject where state = 'open'") == "0"


UNUSABLE = {
    "empty": (b"", "is empty. Export it again"),
    "encoding": ("id,name\n1,Jürgen\n".encode("cp1252"), "neither UTF-8 nor GB18030"),
    "column": (b"customer_id,mail\n1,a\n", 'no column "name"'),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_that_cannot_be_used_leaves_odoo_as_it_was(
    agent: Agent, odoo: RunningOdoo, tmp_path: Path, case: str
) -> None:
    content, message = UNUSABLE[case]
    before = odoo.sql("select count(*) from res_partner")
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    code, _, seen = agent.run("import", str(path), "--source", "list")
    assert code == 8, seen
    assert message in seen
    assert odoo.sql("select count(*) from res_partner") == before


def test_a_wrong_mapping_is_an_error_of_the_configuration(
    agent: Agent, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,name\n1,a\n")
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[file.x]\nkind = "customer"\nid = "id"\ncolumns = { nme = "name" }'
    )
    code, _, seen = agent.run("import", str(path), "--mapping", str(mapping))
    assert code == 3, seen
    assert "did you mean name" in seen
    code, _, seen = agent.run("import", str(path))
    assert code == 3, seen
    assert "--kind" in seen

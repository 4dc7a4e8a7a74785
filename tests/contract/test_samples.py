"""The samples of the contract, which the addon's tests read as well, fit the agent.

What the agent can make, the door takes; what the door takes, the agent can make.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from sync_agent.door import Batch
from sync_agent.odoo.door import OdooDoor
from sync_agent.records import KINDS
from sync_agent.records.envelope import canonical_json, payload_hash
from sync_agent.records.schema import (
    SCHEMAS,
    contract_schema,
    main,
    parcels_schema,
    schema_text,
)
from tests.fakes.clock import FakeClock

FOLDER = Path(__file__).parents[2] / "addons/crm_sme/tests/data/contract"
SAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
    if not path.name.startswith("schema.")
}
PARCELS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((FOLDER / "parcels").glob("*.json"))
}
EMPTY = (None, "", [], True, False, "approved", "main")
"""Values that a field has by itself and that stay off the wire."""
TAKEN = {"created", "updated", "unchanged", "stale"}


def results(
    sample: Mapping[str, Any],
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the records of a sample with what becomes of each."""
    expected = sample["expect"].get("results", [])
    return zip(sample["call"]["records"], expected, strict=False)


def place(error: ValidationError) -> str:
    """Return the place of the first error as the door writes it: ``lines[0].total``."""
    loc = error.errors()[0]["loc"]
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc)
    return text.removeprefix(".")


def test_there_are_samples() -> None:
    assert len(SAMPLES) > 30


def test_the_schema_is_the_one_made_from_the_records(tmp_path: Path, capsys) -> None:
    for name, schema in SCHEMAS.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == schema_text(schema), (
            "write it anew: python -m sync_agent.records.schema "
            "addons/crm_sme/tests/data/contract"
        )
    main([str(tmp_path)])
    main([])
    printed = capsys.readouterr().out
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed


class Caller:
    """Answers as a sample says, and keeps what was sent."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.sent: dict[str, Any] = {}

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        self.sent.update(arguments)
        return self.answer

    def close(self) -> None:
        self.sent.clear()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_door_takes_the_agent_can_make(name: str) -> None:
    for record, result in results(SAMPLES[name]):
        if result["status"] not in TAKEN or record["data"] is None:
            continue
        model = KINDS[record["kind"]]
        made = model.model_validate(record["data"])
        wire = made.to_wire()
        jsonschema.validate({**record, "data": wire}, contract_schema())
        assert model.model_validate(wire) == made
        left_out = set(record["data"]) - set(wire)
        assert {key for key in left_out if record["data"][key] not in EMPTY} == set()


def refused(record: Mapping[str, Any]) -> str | None:
    """Return where the agent refuses a record; ``None`` when it is fine."""
    model = KINDS.get(record["kind"])
    if model is None or "error" in record or record["data"] is None:
        return None
    try:
        model.model_validate(record["data"])
    except ValidationError as error:
        return place(error)
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_agent_refuses_the_door_refuses_at_the_same_place(name: str) -> None:
    for record, result in results(SAMPLES[name]):
        path = refused(record)
        if path is not None:
            assert (result["status"], result["path"]) == ("rejected", path)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_agent_calls_the_door_as_the_samples_do(name: str) -> None:
    sample = SAMPLES[name]
    caller = Caller(sample["expect"])
    call = {k: v for k, v in sample["call"].items() if k not in {"contract", "report"}}
    answer = OdooDoor(caller, FakeClock()).push(Batch(**call))
    assert caller.sent == {**call, "contract": sample["call"]["contract"]}
    assert answer.status == sample["expect"]["status"]
    rejected = [
        r for r in sample["expect"].get("results", []) if r["status"] == "rejected"
    ]
    assert [r.external_id for r in answer.refusals] == [
        str(r["external_id"]) for r in rejected
    ]


@pytest.mark.parametrize("name", PARCELS)
def test_the_agent_asks_for_parcels_and_reads_them_as_the_samples_do(name: str) -> None:
    sample = PARCELS[name]
    caller = Caller(sample["expect"])
    jsonschema.validate(sample["expect"], parcels_schema())
    call = {k: v for k, v in sample["call"].items() if k != "contract"}
    page = OdooDoor(caller, FakeClock()).parcels(**call)
    assert caller.sent == {"after": "", "limit": 1000, **sample["call"]}
    assert [parcel.to_wire() for parcel in page.items] == sample["expect"]["items"]
    assert page.next == sample["expect"]["next"]


def test_the_hash_is_over_sorted_json_without_spaces() -> None:
    data = {"b": [1, "ü"], "a": {"d": None, "c": "1.50"}}
    assert canonical_json(data) == '{"a":{"c":"1.50","d":null},"b":[1,"ü"]}'
    assert payload_hash(data) == payload_hash(dict(reversed(data.items())))
    assert len(payload_hash(data)) == 32

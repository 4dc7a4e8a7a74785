"""The contract's JSON Schema, generated from the records.

``python -m sync_agent.records.schema`` prints it, with a folder's name writes it and
that of the parcels there. The copies beside the samples of the addon's tests are what
others read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from sync_agent.records.envelope import CONTRACT, KINDS
from sync_agent.records.open_parcel import OpenParcel

_TITLE = "Records of the door of crm_sme"
_PARCELS_TITLE = "Answer of the door of crm_sme to parcels"


def contract_schema() -> dict[str, Any]:
    """Return the JSON Schema of an envelope; the data's shape follows from its kind."""
    refs, definitions = models_json_schema(
        [(model, "serialization") for model in KINDS.values()],
        ref_template="#/$defs/{model}",
    )
    envelope = {
        "type": "object",
        "properties": {
            "kind": {"enum": list(KINDS)},
            "external_id": {"type": "string", "minLength": 1, "maxLength": 200},
            "version": {"type": "string"},
            "data": {},
            "error": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "reason": {"type": "string"},
                },
                "required": ["path", "reason"],
            },
        },
        "required": ["kind", "external_id", "version", "data"],
        "additionalProperties": False,
        "allOf": [
            {
                "if": {
                    "properties": {"kind": {"const": kind}},
                    "not": {"required": ["error"]},
                },
                "then": {
                    "properties": {
                        "data": {
                            "anyOf": [refs[model, "serialization"], {"type": "null"}]
                        }
                    }
                },
            }
            for kind, model in KINDS.items()
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "contract": CONTRACT,
        **envelope,
        "$defs": _defaults_optional(definitions["$defs"]),
    }


def _defaults_optional(shapes: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes with fields that have a default no longer required.

    On the wire an empty field is left out; pydantic's serialization schema calls every
    field required.
    """
    for shape in shapes.values():
        fields = shape.get("properties", {})
        required = [
            name for name in shape.get("required", []) if "default" not in fields[name]
        ]
        if required:
            shape["required"] = required
        else:
            shape.pop("required", None)
    return shapes


def parcels_schema() -> dict[str, Any]:
    """Return the JSON Schema of what ``parcels`` answers."""
    refs, definitions = models_json_schema(
        [(OpenParcel, "serialization")], ref_template="#/$defs/{model}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _PARCELS_TITLE,
        "contract": CONTRACT,
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": refs[OpenParcel, "serialization"]},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["items", "next"],
        "additionalProperties": False,
        "$defs": _defaults_optional(definitions["$defs"]),
    }


def schema_text(schema: Callable[[], dict[str, Any]] = contract_schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> None:
    """Write the schemas into the folder that is named; else print that of records."""
    if arguments:
        folder = Path(arguments[0])
        for name, schema in SCHEMAS.items():
            (folder / name).write_text(schema_text(schema), encoding="utf-8")
    else:
        sys.stdout.write(schema_text())


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "schema.json": contract_schema,
    "schema.parcels.json": parcels_schema,
}
"""Files in the folder of the contract."""


if __name__ == "__main__":
    main(sys.argv[1:])

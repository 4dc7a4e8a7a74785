"""The contract's JSON Schema, generated from the records.

``python -m sync_agent.records.schema`` prints it, with a file name writes it there. The
copy beside the samples of the addon's tests is what others read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from sync_agent.records.envelope import CONTRACT, KINDS

_TITLE = "Records of the door of crm_sme"


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


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(contract_schema(), indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> None:
    """Write the schema to the file that is named, or to standard output."""
    if arguments:
        Path(arguments[0]).write_text(schema_text(), encoding="utf-8")
    else:
        sys.stdout.write(schema_text())


if __name__ == "__main__":
    main(sys.argv[1:])

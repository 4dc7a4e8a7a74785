"""How the text of a field is taken from the cells of a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Part(BaseModel):
    """Base of the tables of a mapping: frozen, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CellRule(Part):
    """Where the text of a field comes from.

    Attributes:
        columns: heads of columns; several are joined.
        join: put between them.
        values: replaces a cell's whole text, e.g. ``{"是" = "yes"}``.
        part: only this part, from 1, of a text with white space in it.
        filled: stands for whatever the cell holds, if it holds anything.
        when: the rule counts only in rows whose cell in the column of that head is one
            of the words.
        otherwise: asked where this rule gives nothing, or its columns are not there.
        default: for an empty cell.
    """

    columns: tuple[str, ...] = Field(min_length=1)
    join: str = " "
    values: dict[str, str] = {}
    part: int | None = Field(default=None, ge=1)
    filled: str = ""
    when: dict[str, tuple[str, ...]] = {}
    otherwise: CellRule | None = None
    default: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"columns": (value,)}
        if isinstance(value, list):
            return {"columns": value}
        if isinstance(value, dict) and "column" in value:
            rest = {key: item for key, item in value.items() if key != "column"}
            return {"columns": (value["column"],), **rest}
        if isinstance(value, dict) and _is_choice(value.get("any_of")):
            return _chain(value)
        return value

    def heads(self) -> Iterator[str]:
        """Yield every head that the rule names."""
        yield from self.columns
        yield from self.when
        if self.otherwise is not None:
            yield from self.otherwise.heads()


def is_rule(value: Any) -> bool:
    """Say whether a table of the mapping is a rule and not a group of fields."""
    return isinstance(value, dict) and bool(
        {"column", "columns", "any_of"} & value.keys()
    )


def _is_choice(heads: Any) -> bool:
    return isinstance(heads, list) and bool(heads)


def _chain(value: dict[str, Any]) -> dict[str, Any]:
    """Return ``{any_of = [a, b]}`` as ``{column = a, otherwise = b}``."""
    rest = {key: item for key, item in value.items() if key != "any_of"}
    first, *others = value["any_of"]
    rule = {**rest, "columns": (first,)}
    if others:
        rule["otherwise"] = {**rest, "any_of": others}
    return rule

"""The mapping: which column of a file is which field of a record (TOML).

Each table ``[file.<name>]`` describes the files of one kind of record; see
``docs/file-import.md`` and the ready layout ``generic.toml``.
"""

from __future__ import annotations

import codecs
import difflib
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from sync_agent.connectors.file.rules import CellRule, Part, is_rule
from sync_agent.connectors.file.targets import REQUIRED, FileKind, targets
from sync_agent.errors import ConfigError
from sync_agent.i18n import _
from sync_agent.reading.faults import first_of
from sync_agent.records.envelope import canonical_json

GENERIC = Path(__file__).with_name("generic.toml")
"""The mapping of the agent's own layout."""

READY = Path(__file__).with_name("mappings")
"""Where the ready mappings of well-known exports lie."""

_NAME = r"^[a-z0-9_-]+$"


class RowKinds(Part):
    """How to tell the lines, charges and refunds of an order apart.

    A row whose cell in ``column`` is in none of the lists is refused.
    """

    column: str
    line: tuple[str, ...] = ("line", "")
    charge: tuple[str, ...] = ("charge",)
    refund: tuple[str, ...] = ("refund",)


class LinesFrom(Part):
    """A second file that holds the lines of the orders.

    Attributes:
        files: patterns of the names of the files.
        id: column, or columns, of the order's id in them.
        columns: field of the line -> where it comes from.
    """

    files: tuple[str, ...] = Field(min_length=1)
    id: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, CellRule] = Field(min_length=1)

    @field_validator("id", "files", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Layout(Part):
    """One table ``[file.<name>]``.

    Attributes:
        kind: what a row, or a group of rows with the same id, is.
        files: patterns of the names of the files it reads.
        id: column, or columns joined by ``-``, of the external id.
        version: column with the time of the last change; without it content decides.
        columns: target -> where it comes from.
        constants: target -> text for every record.
        states: word of the file -> canonical state.
        rows: only for orders whose rows are of several kinds.
        partial_ids: rows in which only some columns of the id are filled are no record
            of this table (``skip``), or a fault (``refuse``).
        lines_from: only for orders whose lines stand in a file of their own.
        rest: what an order's total and its parts differ by is left for Odoo to
            ``refuse``, or becomes a ``charge`` (a discount or a fee).
        spread_tax: ``tax_total`` is shared out to the parts of an order: on top where
            that makes them the total, else as a part of them.
        encoding: by default found out (UTF-8, GB18030, UTF-16).
        delimiter: by default found out.
        sheet: name or number (from 1) of the Excel sheet.
        header_row: number (from 1) of the row with the heads; by default found.
        timezone: of times without one.
        date_format: of times that do not begin with the year (strptime).
        decimal, thousands: how numbers are written.
        separator: between tags or coupons.
        category_separator: between the parts of a category's path.
        prices_include_tax: what ``line.unit_price`` is, where a file has no totals.
        missing_columns: ``refuse`` a file without a mapped column, or ``ignore`` it.
        short_rows: ``refuse`` a row with fewer cells than the head, or ``accept``.
    """

    kind: FileKind
    files: tuple[str, ...] = ("*",)
    id: tuple[str, ...] = Field(min_length=1)
    version: str | None = None
    columns: dict[str, CellRule] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    states: dict[str, str] = Field(default_factory=dict)
    rows: RowKinds | None = None
    partial_ids: Literal["refuse", "skip"] = "refuse"
    lines_from: LinesFrom | None = None
    rest: Literal["refuse", "charge"] = "refuse"
    spread_tax: bool = False
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | int = 1
    header_row: int | None = Field(default=None, ge=1)
    timezone: str = "UTC"
    date_format: tuple[str, ...] = ()
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    separator: str = Field(default=";", min_length=1)
    category_separator: str = Field(default="/", min_length=1)
    prices_include_tax: bool = True
    missing_columns: Literal["refuse", "ignore"] = "refuse"
    short_rows: Literal["refuse", "accept"] = "refuse"

    @field_validator("id", "files", "date_format", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("columns", mode="before")
    @classmethod
    def _dotted_columns(cls, value: Any) -> Any:
        return dict(_flatten(value)) if isinstance(value, dict) else value

    @field_validator("constants", mode="before")
    @classmethod
    def _dotted_constants(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: str(item).lower() if isinstance(item, bool) else str(item)
            for key, item in _flatten(value)
        }

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            return value and codecs.lookup(value).name
        except LookupError:
            raise ValueError(
                _(
                    'no encoding is called "{value}"; usual ones: utf-8, '
                    "gb18030, cp1252",
                    value=value,
                )
            ) from None

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                _(
                    'no time zone is called "{value}"; write e.g. "Asia/Shanghai"',
                    value=value,
                )
            ) from None
        return value

    @model_validator(mode="after")
    def _fits_the_kind(self) -> Layout:
        known = targets(self.kind)
        for table, keys in (("columns", self.columns), ("constants", self.constants)):
            for key in keys:
                if key not in known:
                    raise ValueError(_no_such_field(table, key, known))
        for target in REQUIRED[self.kind]:
            if target not in self.columns and target not in self.constants:
                raise ValueError(
                    _(
                        '"{target}" is needed: name its column in columns, or give '
                        "one value for all in constants",
                        target=target,
                    )
                )
        if self.decimal == self.thousands:
            raise ValueError(_("decimal and thousands cannot be the same sign"))
        return self

    @model_validator(mode="after")
    def _orders_only(self) -> Layout:
        for key in ("rows", "lines_from", "rest", "spread_tax"):
            if key in self.model_fields_set and self.kind != "order":
                raise ValueError(_("{key} is for orders only", key=key))
        known = targets(self.kind)
        for key in self.lines_from.columns if self.lines_from else ():
            if f"line.{key}" not in known:
                raise ValueError(_no_such_field("lines_from.columns", key, known))
        return self

    def of_lines(self) -> Layout | None:
        """Return the layout of the file of its own that holds the lines, if any."""
        lines = self.lines_from
        if lines is None:
            return None
        return self.model_copy(
            update={
                "files": lines.files,
                "id": lines.id,
                "columns": {f"line.{key}": rule for key, rule in lines.columns.items()},
                "constants": {},
                "version": None,
                "rows": None,
                "lines_from": None,
            }
        )

    def digest(self) -> str:
        """Return a short text that changes with the mapping."""
        text = canonical_json(self.model_dump(mode="json"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def ready_mappings() -> list[str]:
    """Return the names of the ready mappings, e.g. ``taobao``."""
    return sorted(path.stem for path in READY.glob("*.toml"))


def load_mapping(path: Path | None = None) -> dict[str, Layout]:
    """Read a mapping file.

    Args:
        path: the TOML file, or the name of a ready mapping; ``None``: the agent's own
            layout.

    Returns:
        Name of each table -> its layout.

    Raises:
        ConfigError: unreadable or wrong; names table, key and remedy.
    """
    path = path or GENERIC
    if path.name == str(path) and path.name in ready_mappings() and not path.exists():
        path = READY / f"{path.name}.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            _(
                "The mapping {path} cannot be read: {reason}.",
                path=path,
                reason=error.strerror,
            ),
            _(
                "Give the path of an existing TOML file with --mapping, or the name of "
                "a ready mapping: {names}.",
                names=", ".join(ready_mappings()),
            ),
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            _("The mapping {path} is not UTF-8.", path=path), _("Save it as UTF-8.")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            _("The mapping {path} is not valid TOML: {error}.", path=path, error=error),
            _("Correct that line; texts stand in double quotes."),
        ) from None
    return _parse(path, content)


def _parse(path: Path, content: Mapping[str, Any]) -> dict[str, Layout]:
    tables = content.get("file")
    if not isinstance(tables, dict) or not tables:
        raise ConfigError(
            _("The mapping {path} has no table [file.<name>].", path=path),
            _('Begin with [file.orders] and kind = "order"; see docs/file-import.md.'),
        )
    unknown = sorted(set(content) - {"file"})
    if unknown:
        raise ConfigError(
            _(
                "The mapping {path} has a table [{table}] that means nothing here.",
                path=path,
                table=unknown[0],
            ),
            _("All tables are named [file.<name>]."),
        )
    return {name: _layout(path, name, table) for name, table in tables.items()}


def _layout(path: Path, name: str, table: Any) -> Layout:
    if (
        not isinstance(table, dict)
        or not name.replace("-", "").replace("_", "").isalnum()
    ):
        raise ConfigError(
            _(
                "The mapping {path}, table [file.{table}], is no table with a plain "
                "name.",
                path=path,
                table=name,
            ),
            _("Rename it."),
        )
    try:
        return Layout.model_validate(table)
    except ValidationError as error:
        raise ConfigError(
            _fault(path, name, error),
            _("Correct it; docs/file-import.md explains every key."),
        ) from None


def _fault(path: Path, name: str, error: ValidationError) -> str:
    """Return what is wrong with a table: the first fault and how many follow."""
    first = first_of(error)
    key = ".".join(str(part) for part in first["loc"])
    reason = str(first["msg"]).removeprefix("Value error, ")
    more = error.error_count() - 1
    where = {"path": path, "table": name, "reason": reason}
    if key:
        said = _(
            "The mapping {path}, table [file.{table}], key {key}: {reason}.",
            key=key,
            **where,
        )
    else:
        said = _("The mapping {path}, table [file.{table}]: {reason}.", **where)
    return said + (_(" ({more} more)", more=more) if more else "")


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ``a.b`` -> value for nested tables; a rule's own table stays whole."""
    for key, value in table.items():
        if isinstance(value, dict) and not is_rule(value):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _no_such_field(table: str, key: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(key, known, n=3, cutoff=0.5)
    said = _(
        '{table}: "{key}" is no field that a column can fill', table=table, key=key
    )
    if not near:
        return said
    return said + _("; did you mean {fields}?", fields=_(" or ").join(near))

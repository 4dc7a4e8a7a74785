"""Builds an order from its rows: head, lines, charges and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sync_agent.connectors.file.amounts import (
    ZERO,
    NoAmountError,
    complete,
    quantum,
    signed,
    spread_tax,
)
from sync_agent.connectors.file.binding import (
    Binding,
    RowProblem,
    Values,
    check_readable,
)
from sync_agent.connectors.file.line_files import OrderLines
from sync_agent.connectors.file.nesting import nested, with_state
from sync_agent.connectors.file.table import Row
from sync_agent.connectors.file.targets import CHARGE_KINDS
from sync_agent.i18n import _


class OrderBuilder:
    """Builds one order; made anew for each."""

    def __init__(
        self,
        binding: Binding,
        external_id: str,
        rows: Sequence[Row],
        lines: OrderLines | None = None,
    ) -> None:
        self.lines_apart = lines
        self.binding = binding
        self.external_id = external_id
        self.rows = rows
        self.lines: list[Values] = []
        self.charges: list[Values] = []
        self.refunds: dict[str, Values] = {}
        self.unit = Decimal("0.01")

    def build(self) -> dict[str, Any]:
        """Return the data of the order record.

        Raises:
            RowProblem: a row that cannot be used.
        """
        head = self.binding.head(self.rows, last=False)
        self.unit = quantum(str(head.get("currency", "")))
        self.charges += self._charges_of_head(head)
        if self.lines_apart is not None:
            self._take_lines_apart(self.lines_apart)
        for row in self.rows:
            self._take(row, self.binding.row_kind(row))
        self._settle(head)
        head.setdefault("number", self.external_id)
        order = nested(with_state(self.binding.layout, head))
        return order | {
            "lines": self.lines,
            "charges": self.charges,
            "refunds": self._finish_refunds(order),
        }

    def _take_lines_apart(self, apart: OrderLines) -> None:
        """Take the lines from the file of their own."""
        try:
            for row in apart.rows:
                check_readable(row)
                self.lines.append(self._line(apart.binding.section("line", row), row))
        except RowProblem as problem:
            problem.file = apart.binding.path.name
            raise

    def _settle(self, head: Values) -> None:
        """Give the order its total, and its parts the tax and the rest of it."""
        layout = self.binding.layout
        parts = [*self.lines, *self.charges]
        if "total" not in head:
            self._refuse_empty_total()
            head["total"] = sum((part["total"] for part in parts), ZERO)
        if layout.spread_tax and head.get("tax_total"):
            spread_tax(parts, head["tax_total"], head["total"], self.unit)
        rest = head["total"] - sum((part["total"] for part in parts), ZERO)
        if rest and layout.rest == "charge":
            amounts = {"net": rest, "tax": ZERO, "total": rest}
            self.charges.append({"kind": "discount" if rest < 0 else "fee", **amounts})

    def _refuse_empty_total(self) -> None:
        """Refuse an order whose total should stand in the file and does not."""
        for field in self.binding.sections[""]:
            if field.key == "total":
                column = " + ".join(field.rule.columns)
                raise RowProblem(
                    self.rows[0].number,
                    column,
                    _(
                        "the order has no total; if this export never has one, "
                        "take total out of the mapping and it is summed up"
                    ),
                )

    def _take(self, row: Row, kind: str) -> None:
        if kind == "refund":
            self._take_refund(row)
        elif kind == "charge":
            charge = self.binding.section("charge", row)
            self.charges.append(self._charge(charge, row, "charge"))
        else:
            line = self.binding.section("line", row)
            if line and self.lines_apart is None:
                self.lines.append(self._line(line, row))
            if self.binding.layout.rows is None:
                self._take_refund(row)

    def _line(self, values: Values, row: Row) -> Values:
        values.setdefault("external_id", str(len(self.lines) + 1))
        values.setdefault("quantity", Decimal(1))
        values.setdefault("name", values.get("sku") or "?")
        gross = self.binding.layout.prices_include_tax
        line = self._complete(values, row, "line", gross=gross)
        if "discount" in line:
            line["discount"] = abs(line["discount"])
        return line

    def _charge(self, values: Values, row: Row, section: str) -> Values:
        values.setdefault("kind", "fee")
        if values["kind"] not in CHARGE_KINDS:
            raise RowProblem(
                row.number,
                self.binding.column_of((section, "kind")),
                _(
                    '"{kind}" is none of {kinds}; translate it with values = '
                    "{{…}} in the mapping",
                    kind=values["kind"],
                    kinds=", ".join(CHARGE_KINDS),
                ),
            )
        charge = self._complete(values, row, section)
        return signed(charge, charge["kind"])

    def _charges_of_head(self, head: Values) -> list[Values]:
        """Take charges that stand in columns of the order out of its head."""
        found: dict[str, Values] = {}
        for key in [key for key in head if key.startswith("charges.")]:
            _, kind, name = key.split(".")
            found.setdefault(kind, {"kind": kind})[name] = head.pop(key)
        charges = []
        for kind, values in found.items():
            if any(values.get(key) for key in ("net", "tax", "total")):
                charges.append(self._charge(values, self.rows[0], f"charges.{kind}"))
        return charges

    def _take_refund(self, row: Row) -> None:
        binding = self.binding
        head = binding.section("refund", row)
        line = binding.section("refund.line", row)
        charge = binding.section("refund.charge", row)
        if binding.layout.rows is None and not head.get("total") and not line:
            return
        key = head.setdefault("external_id", f"{self.external_id}-refund")
        refund = self.refunds.setdefault(key, {"lines": [], "charges": []})
        for name, value in head.items():
            refund.setdefault(name, value)
        if "kind" in charge:
            refund["charges"].append(self._charge(charge, row, "refund.charge"))
        elif line.keys() & {"quantity", "net", "total"}:
            refund["lines"].append(self._refund_line(line, row))

    def _refund_line(self, values: Values, row: Row) -> Values:
        values.setdefault("quantity", Decimal(1))
        line = self._complete(values, row, "refund.line")
        return line | {
            key: abs(line[key]) for key in ("quantity", "net", "tax", "total")
        }

    def _finish_refunds(self, order: Values) -> list[Values]:
        """Give each refund its total and time, and make one for a bare sum."""
        stated = order.get("refunded_total")
        if stated is not None:
            stated = order["refunded_total"] = abs(stated)
        if stated and not self.refunds:
            key = f"{self.external_id}-refund"
            self.refunds[key] = {"external_id": key, "total": stated}
        for refund in self.refunds.values():
            parts = [*refund.get("lines", ()), *refund.get("charges", ())]
            total = refund.get("total")
            if total is None:
                total = sum((part["total"] for part in parts), ZERO)
            refund["total"] = abs(total)
            refund.setdefault("refunded_at", order.get("ordered_at"))
        return list(self.refunds.values())

    def _complete(
        self, values: Values, row: Row, section: str, *, gross: bool = True
    ) -> Values:
        try:
            return complete(values, self.unit, gross=gross)
        except NoAmountError as error:
            column = self.binding.column_of((section, "total"))
            raise RowProblem(row.number, column, str(error)) from None

import re

from odoo import models
from odoo.exceptions import UserError

from ..models.refusal_text import reason_text
from ..tools import wire
from ..tools.refusal import Refusal
from ..tools.shapes import SHAPES
from . import runs
from .context import naive
from .limits import MAX_ID, MAX_RECORDS, shown

_SOURCE = re.compile(r"[a-z0-9_.-]{1,64}")
_STREAM = re.compile(r"[a-z0-9_./-]{1,64}")


class SmeIngest(models.AbstractModel):
    """Arguments of the door, checked before anything is read or written.

    A wrong one is a ``UserError`` that names the argument; a server error would make
    the agent try again for ever.
    """

    _inherit = "sme.ingest"

    def _malformed(self, name, refusal):
        reader = self._reader()
        raise UserError(
            reader._(
                "Argument %(argument)s: %(reason)s",
                argument=".".join(filter(None, (name, refusal.path))),
                reason=reason_text(reader, refusal),
            )
        )

    def _check_push(self, stream, run, seq, records, report):
        _ = self._reader()._
        if not (isinstance(stream, str) and _STREAM.fullmatch(stream)):
            raise UserError(_("stream: 1 to 64 of a-z 0-9 _ . - and / are expected."))
        if not (isinstance(run, str) and 0 < len(run) <= 200 and wire.storable(run)):
            raise UserError(_("run: text of 1 to 200 characters is expected."))
        if type(seq) is not int or seq < 1:
            raise UserError(_("seq: a whole number from 1 is expected."))
        if not isinstance(records, list):
            raise UserError(_("records: a list is expected."))
        if len(records) > MAX_RECORDS:
            raise UserError(
                _(
                    "records: at most %(limit)s in one call; make the batches smaller.",
                    limit=MAX_RECORDS,
                )
            )
        try:
            runs.REPORT(report or {})
        except Refusal as refusal:
            self._malformed("report", refusal)

    def _check_kind(self, kind):
        if not (isinstance(kind, str) and kind in SHAPES):
            words = {"value": shown(kind), "allowed": ", ".join(SHAPES)}
            self._malformed("kind", Refusal("", "kind_unknown", **words))

    def _check_source(self, code):
        if not (isinstance(code, str) and _SOURCE.fullmatch(code)):
            raise UserError(
                self._reader()._("source: 1 to 64 of a-z 0-9 _ . - are expected.")
            )

    def _check_text(self, name, value):
        fits = isinstance(value, str) and len(value) <= 200 and wire.storable(value)
        if not fits and value is not None:
            raise UserError(
                self._reader()._(
                    "%(name)s: text of at most 200 characters is expected.", name=name
                )
            )

    def _check_ids(self, name, ids):
        fits = isinstance(ids, list | tuple) and all(
            type(each) is int and 0 < each <= MAX_ID for each in ids
        )
        if not fits and ids is not None:
            raise UserError(
                self._reader()._("%(name)s: a list of ids is expected.", name=name)
            )

    def _check_limit(self, limit):
        if type(limit) is not int or not 1 <= limit <= 50000:
            raise UserError(
                self._reader()._("limit is a whole number from 1 to 50000.")
            )

    def _check_cursor(self, cursor):
        if not wire.storable(cursor):
            raise UserError(
                self._reader()._(
                    "cursor_after: it holds NUL, half a character or a number that is "
                    "not finite. Report it to whoever made the connector."
                )
            )

    def _moment(self, name, value):
        try:
            return naive(wire.when(value)) if value else None
        except Refusal as refusal:
            return self._malformed(name, refusal)

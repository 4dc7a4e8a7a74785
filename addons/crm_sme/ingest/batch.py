"""One batch: read, compared with what is stored, written in bulk, answered in order."""

import logging
from collections import Counter, defaultdict

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.refusal_text import reason_text
from ..tools import wire
from ..tools.refusal import Refusal
from ..tools.shapes import SHAPES
from . import customer, event, gone, order, product, rejects, shipment
from .stored import stored_versions

_logger = logging.getLogger(__name__)

STORES = {
    "product": product.store,
    "customer": customer.store,
    "order": order.store,
    "shipment": shipment.store,
    "review": event.store,
    "cart": event.store,
    "visit": event.store,
}
CHECKS = {
    "order": order.check,
    "shipment": shipment.check,
    "product": product.check,
    "cart": event.check,
}
# What one bad record may raise in the ORM or the database; a wrong statement is a bug
# of ours and ends the call.
STORE_ERRORS = (
    psycopg2.DataError,
    psycopg2.IntegrityError,
    UserError,
    ValueError,
    TypeError,
    LookupError,
)


class Item:
    """One record on its way through the door.

    :ivar status: the answer's word, None while it is open
    :ivar record: the checked record
    :ivar stored_id: id of the row (or binding) that is here already
    """

    __slots__ = (
        "data", "error", "external_id", "hash", "kind", "path", "reason", "record",
        "refusal", "status", "stored_id", "version",
    )  # fmt: skip

    def __init__(self, kind, external_id, version, data, error=None):
        self.kind = kind
        self.external_id = external_id
        self.version = version
        self.data = data
        self.error = error
        self.hash = self.record = self.stored_id = None
        self.status = self.path = self.reason = self.refusal = None

    @property
    def key(self):
        return self.kind, self.external_id

    def refuse(self, env, refusal):
        self.status = "rejected"
        self.path = refusal.path
        self.reason = reason_text(env, refusal)
        self.refusal = {"code": refusal.code, "params": refusal.params}

    def answer(self):
        result = {"external_id": self.external_id, "status": self.status}
        if self.status == "rejected":
            result.update(path=self.path, reason=self.reason)
        return result


class Batch:
    """Takes the records of one call in.

    :param ctx: :class:`.context.Context`
    :param reader: environment in the language of who reads the reasons
    :param stream: ``sme.stream`` record or None for a replay
    """

    def __init__(self, ctx, reader, stream=None):
        self.ctx = ctx
        self.reader = reader
        self.stream = stream
        self.items = []

    # ------------------------------------------------------------------- read
    def take(self, envelopes):
        """Turn envelopes into items; a broken one becomes a rejected item."""
        self.items = [self._item(envelope) for envelope in envelopes]

    def _item(self, envelope):
        item = Item("?", "?", "", None)
        try:
            self._open(item, envelope)
        except Refusal as refusal:
            item.refuse(self.reader, refusal)
        return item

    def _open(self, item, envelope):
        """Fill an item from its envelope; the argument itself is never changed."""
        if type(envelope) is not dict:
            raise Refusal("", "not_object", kind=type(envelope).__name__)
        item.kind = wire.clean_text(str(envelope.get("kind")))[:40]
        item.data = envelope.get("data")
        raw = envelope.get("external_id")
        item.external_id = wire.clean_text(str(raw))[: wire.MAX_IDENT] or "?"
        try:
            text = wire.canonical(item.data)
        except ValueError:
            text = None
        if text is None or wire.needs_cleaning(text):
            item.data = wire.cleaned(item.data)
            text = wire.canonical(item.data)
        item.hash = wire.payload_hash(text)
        if item.kind not in SHAPES:
            raise Refusal(
                "kind", "kind_unknown", value=item.kind, allowed=", ".join(SHAPES)
            )
        item.external_id = _field(
            "external_id", wire.ident, wire.clean_text(raw) if type(raw) is str else raw
        )
        item.version = wire.clean_text(
            _field("version", wire.text, envelope.get("version", ""))
        )
        unknown = envelope.keys() - {"kind", "external_id", "version", "data", "error"}
        if unknown:
            raise Refusal(min(unknown), "unknown_field")
        item.error = envelope.get("error")
        if item.error is not None and type(item.error) is not dict:
            kind, item.error = type(item.error).__name__, None
            raise Refusal("error", "not_object", kind=kind)
        if item.data is None and not item.error and not self._may_say_gone():
            raise Refusal("data", "gone_outside")

    def _may_say_gone(self):
        return bool(self.stream) and self.stream.name.startswith("reconcile/")

    # ------------------------------------------------------------------ store
    def store(self):
        """Write what is new, kind by kind, parents before children.

        :return: the answers in the order of the records
        :rtype: list[dict]
        """
        groups = defaultdict(list)
        for item in self.items:
            if item.status is None:
                groups[item.kind].append(item)
        for kind in SHAPES:
            if groups[kind]:
                self._take_kind(kind, groups[kind])
        rejects.keep(self.ctx, self.stream, self.items)
        return [item.answer() for item in self.items]

    def counts(self):
        """Return how many records had each status."""
        return dict(Counter(item.status for item in self.items))

    def _take_kind(self, kind, items):
        stored = stored_versions(
            self.ctx.env, self.ctx.source, kind, {item.external_id for item in items}
        )
        for item in items:
            self._compare(item, stored.get(item.external_id))
        vanished = [i for i in items if i.status is None and i.data is None]
        if vanished:
            gone.mark(self.ctx, kind, vanished)
        open_items = [item for item in items if item.status is None]
        for item in open_items:
            self._check(kind, item)
        winners, losers = _latest([i for i in open_items if i.status is None])
        self._write(kind, winners)
        for item, winner in losers:
            _follow(item, winner)

    @staticmethod
    def _compare(item, stored):
        """Decide by version and hash what needs no writing."""
        if stored is None:
            if item.data is None and not item.error:
                item.status = "unchanged"
            return
        item.stored_id, version, payload_hash, is_gone = stored
        if item.data is None and not item.error:
            # A list of ids carries no stamps: without a version it is the last word.
            if item.version and item.version < version:
                item.status = "stale"
            elif is_gone:
                item.status = "unchanged"
        elif item.version < version:
            item.status = "stale"
        elif (
            item.version == version
            and item.hash == payload_hash
            and not is_gone
            and not item.error
        ):
            item.status = "unchanged"

    def _check(self, kind, item):
        """Read the record; what is wrong with it alone is found before writing."""
        if item.error:
            item.status = "rejected"
            item.path = wire.clean_text(str(item.error.get("path", "")))
            item.reason = wire.clean_text(str(item.error.get("reason", "")))
            return
        try:
            item.record = SHAPES[kind](item.data)
            if kind in CHECKS:
                CHECKS[kind](self.ctx, item.record)
        except Refusal as refusal:
            item.refuse(self.reader, refusal)

    def _write(self, kind, items):
        """Write in bulk; on failure halve until the bad ones are alone.

        One bad record among thousands costs about twice the time, not thousands of
        single writes.
        """
        if not items:
            return
        try:
            with mute_logger("odoo.sql_db"), self.ctx.env.cr.savepoint():
                STORES[kind](self.ctx, items)
        except STORE_ERRORS as error:
            for item in items:
                item.status = None
            if len(items) == 1:
                self._refuse_stored(items[0], error)
                return
            middle = len(items) // 2
            self._write(kind, items[:middle])
            self._write(kind, items[middle:])

    def _refuse_stored(self, item, error):
        if isinstance(error, Refusal):
            item.refuse(self.reader, error)
            return
        if isinstance(error, UserError | psycopg2.Error):
            _logger.info("%s %s is refused: %s", item.kind, item.external_id, error)
        else:
            _logger.error(
                "%s %s is refused by a fault",
                item.kind,
                item.external_id,
                exc_info=error,
            )
        message = str(error.args[0] if error.args else error).strip().splitlines()
        item.refuse(
            self.reader, Refusal("", "odoo", message=message[0] if message else "?")
        )


def _field(name, convert, value):
    try:
        return convert(value)
    except Refusal as refusal:
        raise refusal.within(name) from None


def _latest(items):
    """Part the last version of each record from earlier ones in the same batch.

    :return: winners, and (loser, winner) pairs
    """
    last = {}
    for item in items:
        known = last.get(item.external_id)
        if known is None or item.version >= known.version:
            last[item.external_id] = item
    winners = list(last.values())
    losers = [
        (item, last[item.external_id])
        for item in items
        if last[item.external_id] is not item
    ]
    return winners, losers


def _follow(item, winner):
    """Answer for a record that a later one in the same batch replaced."""
    if winner.status == "rejected":
        item.status, item.path, item.reason = "rejected", winner.path, winner.reason
        item.refusal = winner.refusal
    elif item.version == winner.version and item.hash == winner.hash:
        item.status = "unchanged"
    else:
        item.status = "stale"

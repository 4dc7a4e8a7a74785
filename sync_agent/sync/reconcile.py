"""Compares all that a shop holds with what Odoo holds, and mends the differences.

Only the reconcile says that a record is gone, and only after the shop, asked for that
very record, says so too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog

from sync_agent.door import ComparisonReport, Door
from sync_agent.errors import AgentError, ConfigError, Fatal, Stopped
from sync_agent.i18n import _
from sync_agent.port import Clock, Item, Json, Key, Source
from sync_agent.records import Envelope
from sync_agent.records.envelope import Kind
from sync_agent.sync.batch import Limits, Parcel
from sync_agent.sync.progress import Progress, Silent
from sync_agent.sync.runner import Outcome, Pusher, check_contract

if TYPE_CHECKING:
    import pandas as pd

STREAM_PREFIX = "reconcile/"
FETCH_AT_ONCE = 100
MOST_GONE_SHARE = 0.2
FEW_GONE = 20
LISTED_AT_ONCE = 5_000
MOST_LISTED = 20_000
"""Differences that are listed in Odoo; all are mended and counted."""

log = structlog.get_logger(__name__)

What = Literal["missing", "differing", "gone"]


def chosen_kinds(code: str, source: Source, names: Collection[str]) -> list[Kind]:
    """Return the kinds asked for, in the source's order; all when none is named.

    Raises:
        ConfigError: names those that can be reconciled.
    """
    for name in names:
        if name not in source.kinds:
            known = ", ".join(source.kinds) or _("none: its streams are all there is")
            raise ConfigError(
                _("The source {code} cannot reconcile {name!r}.", code=code, name=name),
                _("It can: {known}.", known=known),
            )
    return [kind for kind in source.kinds if not names or kind in names]


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that Odoo does not hold as the shop does.

    Attributes:
        odoo_version: empty when Odoo lacks it.
        shop_version: empty when the shop lacks it or does not tell.
    """

    kind: Kind
    external_id: str
    what: What
    odoo_version: str = ""
    shop_version: str = ""


@dataclass(slots=True)
class Comparison:
    """What a reconcile of one kind found and did.

    Attributes:
        known: records that Odoo held.
        listed: records that the shop listed.
        outcome: of the push that mended the differences.
    """

    kind: Kind
    known: int = 0
    listed: int = 0
    differences: list[Difference] = field(default_factory=list)
    outcome: Outcome | None = None

    def count(self, what: What) -> int:
        """Return the number of differences of one sort."""
        return sum(difference.what == what for difference in self.differences)


def to_frame(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Return the differences as a table, one row each."""
    import pandas as pd  # noqa: PLC0415  slow to import, only needed here

    columns = [f.name for f in dataclasses.fields(Difference)]
    rows = [
        dataclasses.astuple(difference)
        for comparison in comparisons
        for difference in comparison.differences
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def write_csv(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write the differences as CSV that spreadsheets open as UTF-8."""
    to_frame(comparisons).to_csv(path, index=False, encoding="utf-8-sig")


class Reconciler:
    """Reconciles the kinds of one source.

    Args:
        door: the way to Odoo.
        clock: tells the time.
        accept_gone: believe the shop also when a large share of the records is gone.
        dry_run: only compare.
        stopping: says whether the agent was asked to end.
    """

    def __init__(
        self,
        door: Door,
        clock: Clock,
        *,
        limits: Limits | None = None,
        progress: Progress | None = None,
        accept_gone: bool = False,
        dry_run: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._door = door
        self._clock = clock
        self._limits = limits or Limits()
        self._progress = progress or Silent()
        self._accept_gone = accept_gone
        self._dry_run = dry_run
        self._stopping = stopping

    def run(self, code: str, source: Source, kind: Kind) -> Comparison:
        """Compare one kind and mend it.

        Raises:
            AgentError: of the shop or the door; what was mended before stays.
        """
        hello = self._door.hello(code)
        check_contract(hello)
        outcome = Outcome(code, STREAM_PREFIX + kind)
        state = hello.streams.get(outcome.stream)
        pusher = Pusher(
            self._door,
            outcome,
            state.cursor if state else None,
            progress=self._progress,
            platform=source.platform,
            full=True,
        )
        self._progress.begin(pusher.label)
        try:
            comparison = self._reconcile(pusher, code, source, kind)
        except AgentError as error:
            if not self._dry_run:
                pusher.report_failure(error)
            self._progress.end(pusher.label, ok=False)
            raise
        outcome.state = "complete"
        comparison.outcome = outcome
        self._progress.end(pusher.label, ok=True)
        return comparison

    def _reconcile(
        self, pusher: Pusher, code: str, source: Source, kind: Kind
    ) -> Comparison:
        started = self._clock.now()
        known = self._known(code, kind)
        comparison = self._compare(source, kind, known)
        if self._dry_run:
            self._refuse_mass_loss(comparison)
            return comparison
        try:
            self._refuse_mass_loss(comparison)
            self._tell(code, pusher.run, comparison, "comparing")
            self._mend(pusher, source, comparison, known)
        except AgentError as error:
            self._tell_failure(code, pusher.run, comparison, error)
            raise
        cursor = {"reconciled": started.isoformat()}
        pusher.push_anyway(Parcel([], cursor), "complete", watermark=started)
        self._tell(code, pusher.run, comparison, "mended")
        return comparison

    def _tell(
        self,
        code: str,
        run: str,
        comparison: Comparison,
        state: Literal["comparing", "mended", "failed"],
        message: str = "",
    ) -> None:
        """Have Odoo show what was found; the list only before it is mended."""
        report = ComparisonReport(
            run,
            state,
            comparison.known,
            comparison.listed,
            comparison.count("missing"),
            comparison.count("differing"),
            comparison.count("gone"),
            message,
        )
        listed = comparison.differences[:MOST_LISTED] if state == "comparing" else []
        rows = [
            {
                "external_id": difference.external_id,
                "what": difference.what,
                "odoo_version": difference.odoo_version,
                "shop_version": difference.shop_version,
            }
            for difference in listed
        ]
        for start in range(0, max(1, len(rows)), LISTED_AT_ONCE):
            chunk = rows[start : start + LISTED_AT_ONCE]
            self._door.compared(code, comparison.kind, report, chunk)

    def _tell_failure(
        self, code: str, run: str, comparison: Comparison, error: AgentError
    ) -> None:
        try:
            self._tell(code, run, comparison, "failed", str(error))
        except AgentError as second:
            log.debug("failure_not_reported", reason=second.message)

    def _known(self, code: str, kind: Kind) -> dict[str, tuple[str, str]]:
        """Return version and hash by external id of all that Odoo holds."""
        known: dict[str, tuple[str, str]] = {}
        after: str | None = ""
        while after is not None:
            page = self._door.known(code, kind, after)
            known.update((i, (version, digest)) for i, version, digest in page.items)
            if page.next is not None and page.next == after:
                raise Fatal(
                    _("Odoo's list of known records does not end."),
                    _("Update the addon crm_sme."),
                )
            after = page.next
        return known

    def _compare(
        self, source: Source, kind: Kind, known: dict[str, tuple[str, str]]
    ) -> Comparison:
        comparison = Comparison(kind, known=len(known))
        seen: set[str] = set()
        for key in source.keys(kind):
            if key.external_id in seen:
                continue
            seen.add(key.external_id)
            self._check_stop()
            what = _difference(key, known.get(key.external_id))
            if what is not None:
                stored = known.get(key.external_id, ("", ""))
                comparison.differences.append(
                    Difference(
                        kind, key.external_id, what, stored[0], key.version or ""
                    )
                )
        comparison.listed = len(seen)
        comparison.differences.extend(
            Difference(kind, external_id, "gone", version)
            for external_id, (version, _hash) in known.items()
            if external_id not in seen
        )
        return comparison

    def _refuse_mass_loss(self, comparison: Comparison) -> None:
        gone = comparison.count("gone")
        if self._accept_gone or gone <= FEW_GONE:
            return
        if gone > comparison.known * MOST_GONE_SHARE:
            raise Fatal(
                _(
                    "The shop no longer lists {gone} of {known} records of the kind "
                    "{kind}; nothing was marked as gone.",
                    gone=gone,
                    known=comparison.known,
                    kind=comparison.kind,
                ),
                _(
                    "Check the rights of the shop's key and that it is the same shop; "
                    "if they really were deleted: sync-agent reconcile --accept-gone."
                ),
            )

    def _mend(
        self,
        pusher: Pusher,
        source: Source,
        comparison: Comparison,
        known: dict[str, tuple[str, str]],
    ) -> None:
        """Fetch the truth of each difference and push it; in bounded memory."""
        expected = len(comparison.differences)
        records: list[Json] = []
        for item in self._truth(source, comparison, known):
            records.append(item.to_wire())
            if len(records) >= self._limits.records:
                pusher.push_anyway(Parcel(records, None, expected), "running")
                records = []
        if records:
            pusher.push_anyway(Parcel(records, None, expected), "running")

    def _truth(
        self,
        source: Source,
        comparison: Comparison,
        known: dict[str, tuple[str, str]],
    ) -> Iterator[Item]:
        differences = iter(comparison.differences)
        while chunk := list(islice(differences, FETCH_AT_ONCE)):
            self._check_stop()
            found: set[str] = set()
            ids = [difference.external_id for difference in chunk]
            for item in source.fetch(comparison.kind, ids):
                found.add(item.external_id)
                yield lifted(item, known.get(item.external_id, ("", ""))[0])
            for difference in chunk:
                # what the shop does not give, and Odoo never had, needs nothing
                if difference.external_id in found or difference.what == "missing":
                    continue
                yield Envelope(
                    comparison.kind,
                    difference.external_id,
                    difference.odoo_version,
                    None,
                )

    def _check_stop(self) -> None:
        if self._stopping():
            raise Stopped(
                _("The agent was asked to stop."), _("Start it again to go on.")
            )


def _difference(key: Key, stored: tuple[str, str] | None) -> What | None:
    if stored is None:
        return "missing"
    version, digest = stored
    if key.hash is not None:
        return None if key.hash == digest else "differing"
    if key.version is not None:
        return None if key.version == version else "differing"
    return None


def lifted(item: Item, stored_version: str) -> Item:
    """Return ``item`` with at least the stored version.

    A deleted refund can leave an order with an older latest stamp than the one stored;
    the truth just fetched must not be taken for stale.
    """
    if item.version >= stored_version:
        return item
    return dataclasses.replace(item, version=stored_version)

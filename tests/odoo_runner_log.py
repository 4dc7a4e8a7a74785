"""Read from Odoo's log what became of each test, and what it complained about."""

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \d+ "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?P<database>\S+) "
    r"(?P<logger>[^:]+): (?P<message>.*)$"
)
TESTS = re.compile(r"^odoo\.addons\.(?P<module>\w+)\.tests\.(?P<file>\w+)")
STARTED = re.compile(r"^Starting (?P<test>[\w.]+) \.\.\.")
BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>[\w.]+)(?: |$)")
SKIPPED = re.compile(r"^skipped (?P<test>[\w.]+) : (?P<reason>.*)")
SET_UP = re.compile(
    r"^ERROR: \w+ \(odoo\.addons\.(?P<module>\w+)\.tests\."
    r"(?P<file>\w+)\.(?P<class>\w+)\)"
)
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
# Complaints that the addon cannot help, each with its reason.
ALLOWED = [
    (re.compile(r"wkhtmltopdf|Wkhtmltopdf"), "no PDF printer on test machines"),
    (re.compile(r"unaccent|pg_trgm"), "the embedded PostgreSQL has no contrib"),
    (re.compile(r"Could not get chrome|No opened tab"), "a browser that is closing"),
    (re.compile(r"max_cron_threads|registry signaling"), "Odoo's own start-up"),
]


@dataclass
class Entry:
    """One message of the log, with its further lines."""

    level: str
    logger: str
    message: str
    time: str
    more: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole message as a reader sees it."""
        return "\n".join([f"{self.level} {self.logger}: {self.message}", *self.more])


@dataclass
class Outcome:
    """What the log tells of a run; tests are named ``module.file.Class.method``."""

    started: dict[str, str] = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    counted: int = 0

    def failure_of(self, test: str) -> str:
        """Say why a test did not pass; empty when it did."""
        class_name = test.rpartition(".")[0]
        texts = self.broken.get(test, []) + self.broken.get(class_name, [])
        if texts:
            return "\n".join(texts)
        if test in self.skipped:
            return f"skipped, which counts as failed: {self.skipped[test]}"
        if test not in self.started:
            return "Odoo never started this test"
        return ""


def entries(text: str) -> list[Entry]:
    """Split a log into messages; lines without a time belong to the one before."""
    found: list[Entry] = []
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            found.append(
                Entry(match["level"], match["logger"], match["message"], match["time"])
            )
        elif found:
            found[-1].more.append(line)
    return found


def read(text: str) -> Outcome:
    """Read a whole log."""
    outcome = Outcome()
    for entry in entries(text):
        if not _read_test(entry, outcome) and entry.level in {
            "WARNING",
            "ERROR",
            "CRITICAL",
        }:
            _read_complaint(entry, outcome)
        summary = SUMMARY.search(entry.message)
        if summary:
            outcome.counted = max(outcome.counted, int(summary[3]))
    return outcome


def _read_test(entry: Entry, outcome: Outcome) -> bool:
    """Take a message about one test; False if it is none."""
    set_up = SET_UP.match(entry.message)
    if set_up:
        name = f"{set_up['module']}.{set_up['file']}.{set_up['class']}"
        outcome.broken.setdefault(name, []).append(entry.text)
        return True
    place = TESTS.match(entry.logger)
    if not place:
        return False
    prefix = f"{place['module']}.{place['file']}"
    for pattern, take in (
        (STARTED, lambda name, _m: outcome.started.setdefault(name, entry.time)),
        (
            BROKEN,
            lambda name, _m: outcome.broken.setdefault(name, []).append(entry.text),
        ),
        (SKIPPED, lambda name, m: outcome.skipped.setdefault(name, m["reason"])),
    ):
        match = pattern.match(entry.message)
        if match:
            take(f"{prefix}.{match['test']}", match)
            return True
    return False


def _read_complaint(entry: Entry, outcome: Outcome) -> None:
    if SUMMARY.search(entry.message):
        return  # Its failures are told by the tests themselves.
    if any(pattern.search(entry.text) for pattern, _reason in ALLOWED):
        return
    outcome.complaints.append(entry.text)

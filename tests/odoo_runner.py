"""Runs Odoo's tests of the addons as tests of pytest.

Every test method in ``addons/*/tests/test_*.py`` is found by reading the source, Odoo
runs once for all that are selected, and each method is reported by what Odoo's log says
of it. A test that Odoo never started, or skipped, has failed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.dev import cache
from scripts.dev.odoo_server import ADDON, ADDONS
from tests.odoo_runner_process import OdooRun, coverage_report, tags_for

RUN = pytest.StashKey[OdooRun]()
COVERED = pytest.StashKey[Path]()
WHOLE_RUN_TIMEOUT_S = 3900
COVERAGE_FLOOR = 90.0


class OdooTestFailed(Exception):
    """What Odoo's log says of a failed test."""


class OdooItem(pytest.Item):
    """An item that needs the one run of Odoo."""

    def __init__(self, **more: Any) -> None:
        """Mark the item: Odoo's run may take long, whichever item waits for it."""
        super().__init__(**more)
        self.add_marker("odoo")
        self.add_marker(pytest.mark.timeout(WHOLE_RUN_TIMEOUT_S))

    @property
    def run(self) -> OdooRun:
        """The session's run."""
        return self.config.stash[RUN]

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show the log's words instead of a traceback of this file."""
        if isinstance(excinfo.value, OdooTestFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class OdooTest(OdooItem):
    """One test method that Odoo runs."""

    odoo_name: str

    def runtest(self) -> None:
        """Fail with what the log says of this test."""
        why = self.run.outcome().failure_of(self.odoo_name)
        if why:
            end = "" if self.odoo_name in self.run.outcome().started else self._end()
            raise OdooTestFailed(f"{self.odoo_name}\n{why}\nLog: {self.run.log}{end}")

    def _end(self) -> str:
        """Give the log's last complaints: why Odoo did not come to the test."""
        complaints = self.run.outcome().complaints
        return "\n" + "\n".join(complaints[-2:])[-3000:] if complaints else ""

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test in reports."""
        return self.path, None, self.odoo_name


class QuietLog(OdooItem):
    """Odoo's log of installation and tests has no complaint."""

    def runtest(self) -> None:
        """Fail with every warning and error that no test and no reason explains."""
        complaints = self.run.outcome().complaints
        if complaints:
            raise OdooTestFailed(
                f"{len(complaints)} complaints in {self.run.log}:\n"
                + "\n\n".join(complaints)[:20000]
            )


class WholeRun(OdooItem):
    """Odoo ended well, having run at least as many tests as are known here."""

    def runtest(self) -> None:
        """Fail when Odoo's own verdict differs from the sum of the single ones."""
        outcome = self.run.outcome()
        known = [
            item.odoo_name for item in self.session.items if isinstance(item, OdooTest)
        ]
        fine = not any(outcome.failure_of(name) for name in known)
        if self.run.exit_code and fine:
            raise OdooTestFailed(
                f"Odoo ended with {self.run.exit_code} though every known test passed; "
                f"broken: {sorted(outcome.broken)}. Log: {self.run.log}"
            )
        missing = sorted(set(known) - set(outcome.started))
        if missing:
            raise OdooTestFailed("Odoo never started:\n" + "\n".join(missing))


class Coverage(OdooItem):
    """The tests run enough of the addon's lines and branches."""

    def runtest(self) -> None:
        """Fail below the floor, with the lines that no test runs."""
        self.run.outcome()
        share, table = coverage_report(self.config.stash[COVERED])
        if share < COVERAGE_FLOOR:
            raise OdooTestFailed(
                f"{share} % of the addon covered, {COVERAGE_FLOOR} % wanted\n{table}"
            )


class OdooTestClass(pytest.Collector):
    """A test class of the addon."""

    tests: list[str]
    prefix: str

    def collect(self) -> Iterator[OdooTest]:
        """Give one item a method."""
        for name in self.tests:
            item = OdooTest.from_parent(self, name=name)
            item.odoo_name = f"{self.prefix}.{self.name}.{name}"
            yield item


class OdooTestFile(pytest.File):
    """A test file of an addon, read without importing it."""

    def collect(self) -> Iterator[OdooTestClass]:
        """Give one collector a class with test methods."""
        tree = ast.parse(self.path.read_text("utf-8"))
        classes = {it.name: it for it in tree.body if isinstance(it, ast.ClassDef)}
        module = self.path.relative_to(ADDONS).parts[0]
        for name in classes:
            tests = _test_methods(name, classes)
            if tests:
                collector = OdooTestClass.from_parent(self, name=name)
                collector.tests = tests
                collector.prefix = f"{module}.{self.path.stem}"
                yield collector


class OdooRunFile(pytest.File):
    """Stands for the run as a whole: what no single test can tell."""

    def collect(self) -> Iterator[OdooItem]:
        """Give the checks of the whole run."""
        yield WholeRun.from_parent(self, name="odoo_ran_every_test")
        yield QuietLog.from_parent(self, name="odoo_log_has_no_warning")
        if self.config.getoption("addon_coverage"):
            yield Coverage.from_parent(self, name="coverage_floor")


def _test_methods(name: str, classes: dict[str, ast.ClassDef]) -> list[str]:
    node = classes.get(name)
    if node is None:
        return []
    own = [
        item.name
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name.startswith("test_")
    ]
    if not _runs_inherited(node):
        return own
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id != name:
            own += [test for test in _test_methods(base.id, classes) if test not in own]
    return own


def _runs_inherited(node: ast.ClassDef) -> bool:
    """Tell whether Odoo runs a class's inherited tests; by default it does not."""
    return any(
        isinstance(item, ast.Assign)
        and isinstance(item.targets[0], ast.Name)
        and item.targets[0].id == "allow_inherited_tests_method"
        for item in node.body
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``scripts/test`` ask for the addon's coverage."""
    parser.addoption(
        "--addon-coverage",
        action="store_true",
        help="measure the addon's coverage; fail below the floor",
    )


def pytest_collect_directory(
    path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Take an addon's folders as plain ones: their packages import Odoo."""
    if path.is_relative_to(ADDONS):
        return pytest.Dir.from_parent(parent, path=path)
    return None


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Read an addon's test files instead of importing them."""
    if module_path.is_relative_to(ADDONS):
        return OdooTestFile.from_parent(parent, path=module_path)
    return None


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Take the tests' package as the place of the checks of the whole run."""
    if file_path == ADDONS / ADDON / "tests" / "__init__.py":
        return OdooRunFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what waits for Odoo last, so that Odoo works beside the other tests."""
    items.sort(key=lambda item: isinstance(item, OdooItem))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start Odoo as soon as it is known which tests are wanted."""
    items = [item for item in session.items if isinstance(item, OdooItem)]
    if not items or session.config.getoption("collectonly"):
        return
    names = [item.odoo_name for item in items if isinstance(item, OdooTest)]
    whole = any(not isinstance(item, OdooTest) for item in items)
    config = session.config
    data = None
    if config.getoption("addon_coverage"):
        data = cache.clone_folder() / "addon.coverage"
        data.unlink(missing_ok=True)
        config.stash[COVERED] = data
    tags = tags_for(names, everything=whole) or f"/{ADDON}"
    config.stash[RUN] = OdooRun(tags, data)
    config.stash[RUN].start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End Odoo, also when the session is broken off."""
    run = session.config.stash.get(RUN, None)
    if run:
        run.stop()

"""One run of Odoo with the addon's tests, in the background of the other tests."""

import contextlib
import secrets
import subprocess
import sys
import threading
from pathlib import Path

from scripts.dev import cache, command, odoo_server, ports, postgres
from scripts.dev.odoo_server import ADDON, ADDONS
from tests.odoo_runner_log import Outcome, read

TIMEOUT_S = 3600
MOST_NAMED_TESTS = 40
TOOLS_TESTS = cache.REPOSITORY / "tests" / "unit" / "addon_tools"
# The forecast needs no Odoo: tests/unit/addon_tools run and measure it.
UNMEASURED = [
    "tests/*",
    "__manifest__.py",
    *(
        f"tools/{name}.py"
        for name in ("bg_nbd", "bg_nbd_forecast", "clv", "gamma_gamma", "likelihood")
    ),
]


class OdooRun:
    """Installs the addon in a fresh database and runs tests there, once.

    Args:
        tags: Odoo's ``--test-tags``.
        coverage: file that takes the coverage data, or None to measure nothing.
    """

    def __init__(self, tags: str, coverage: Path | None) -> None:
        """Prepare the run; :meth:`start` begins it."""
        self.tags = tags
        self.coverage = coverage
        self.log = cache.clone_folder("logs") / "addon-tests.log"
        self.exit_code: int | None = None
        self.trouble = ""
        self._outcome: Outcome | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._ended = False

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def outcome(self) -> Outcome:
        """Wait for the end and read the log, once.

        Raises:
            RuntimeError: Odoo could not be run at all, or took too long.
        """
        self._thread.join(TIMEOUT_S)
        if self._thread.is_alive():
            self.stop()
            raise RuntimeError(f"Odoo's tests took more than {TIMEOUT_S} s: {self.log}")
        if self.trouble:
            raise RuntimeError(self.trouble)
        if self._outcome is None:
            self._outcome = read(self.log.read_text("utf-8", "replace"))
        return self._outcome

    def stop(self) -> None:
        """End Odoo if it still runs, and wait until its database is gone."""
        self._ended = True
        if self._process and self._process.poll() is None:
            command.stop(self._process.pid)
        self._thread.join(60)

    def _work(self) -> None:
        try:
            self._run()
        except Exception as error:  # noqa: BLE001  told by every test of this run
            self.trouble = f"Odoo could not run the tests: {error}"

    def _run(self) -> None:
        database = f"crm_sme_tests_{secrets.token_hex(4)}"
        with postgres.lease() as connection:
            odoo_server.create(connection, database)
            try:
                self._run_odoo(connection, database)
            finally:
                odoo_server.drop(connection, database)

    def _run_odoo(self, connection: postgres.Connection, database: str) -> None:
        arguments = odoo_server.arguments(
            connection,
            database,
            [
                *("-i", ADDON, "--test-enable", f"--test-tags={self.tags}"),
                *("--stop-after-init", "--max-cron-threads=0", "--workers=0"),
                f"--http-interface={ports.LOOPBACK}",
                f"--http-port={ports.free_port()}",
                f"--gevent-port={ports.free_port()}",
            ],
        )
        if self.coverage:
            arguments[1:1] = [
                *("-m", "coverage", "run", "--branch"),
                f"--data-file={self.coverage}",
                f"--source={ADDONS / ADDON}",
                f"--omit={','.join(str(ADDONS / ADDON / path) for path in UNMEASURED)}",
            ]
        if self._ended:
            return
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
                env=odoo_server.environment(connection) | {"LANG": "C.UTF-8"},
            )
        self.exit_code = self._wait()

    def _wait(self) -> int:
        assert self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(TIMEOUT_S)
        command.stop(self._process.pid)
        return -1


def tags_for(selected: list[str], *, everything: bool) -> str:
    """Build ``--test-tags`` for tests named ``module.file.Class.method``."""
    modules = sorted({name.split(".")[0] for name in selected})
    if everything or len(selected) > MOST_NAMED_TESTS:
        return ",".join(f"/{module}" for module in modules)
    parts = [name.split(".") for name in selected]
    return ",".join(f"/{module}:{cls}.{test}" for module, _file, cls, test in parts)


def _coverage(*arguments: str) -> str:
    """Run the tool; gives what it says."""
    return subprocess.run(
        [sys.executable, "-m", "coverage", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=cache.REPOSITORY,
    ).stdout


def coverage_report(data: Path) -> tuple[float, str]:
    """Give the covered share of the addon in percent, and a table of the files.

    The addon's ``tools/`` know no Odoo; what their tests outside of Odoo cover counts.
    """
    tools = data.with_suffix(".tools")
    _coverage(
        *("run", "--branch", f"--data-file={tools}"),
        f"--source={ADDONS / ADDON / 'tools'}",
        *("-m", "pytest", str(TOOLS_TESTS), "-q", "-p", "no:cacheprovider"),
    )
    both = data.with_suffix(".both")
    _coverage("combine", "--keep", f"--data-file={both}", str(data), str(tools))
    report = _coverage(
        *("report", f"--data-file={both}", "--ignore-errors", "-m", "--skip-covered")
    )
    total = next((line for line in report.splitlines() if line.startswith("TOTAL")), "")
    return (float(total.split()[-1].rstrip("%")) if total else 0.0), report

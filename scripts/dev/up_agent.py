"""The agent of a demo: its configuration, the history's import, its scheduler."""

import csv
import os
import subprocess
from pathlib import Path

from . import cache, command, progress, venvs
from .demo import write_history
from .errors import SetupError

HISTORY_SOURCE = "history"
SHOP_SOURCE = "teashop"
# Done, but records were refused; they are shown in Odoo.
EXIT_REJECTS = 6
RUN_TIMEOUT_S = 1800


class DemoAgent:
    """`sync-agent` with a configuration of its own in the instance's folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when missing."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "sync-agent.toml"
        self.log = folder / "agent.log"

    @property
    def program(self) -> Path:
        """The installed command."""
        return venvs.agent_python().with_name("sync-agent")

    def configure(
        self, *, odoo_url: str, database: str, key: str, shop_url: str
    ) -> bool:
        """Write the configuration; True when it differs from the one there was.

        Secrets stand in files of their own beside it.
        """
        self.keep_secret("odoo.key", key)
        text = f"""# Written by scripts/up, which replaces it.
[odoo]
url = "{odoo_url}"
database = "{database}"
api_key = "file:odoo.key"

[agent]
delta_minutes = 1
reconcile_at = "03:30"
log_format = "json"

[sources.{SHOP_SOURCE}]
connector = "vendure"
name = "Tea shop 茶铺"
url = "{shop_url}"
api_key = "file:shop.key"
"""
        if self.config.exists() and self.config.read_text("utf-8") == text:
            return False
        self.config.touch(mode=0o600)
        self.config.write_text(text, "utf-8")
        return True

    def keep_secret(self, name: str, value: str) -> None:
        """Keep a secret in a file that only its owner may read."""
        path = self.folder / name
        path.touch(mode=0o600)
        if path.read_text() != value:
            path.write_text(value)

    def call(self, title: str, *arguments: str | Path) -> None:
        """Run one command of the agent to its end, with progress.

        Raises:
            SetupError: it failed; carries the end of its output.
        """
        log = self.folder / f"{arguments[0]}.log"
        log.unlink(missing_ok=True)
        with progress.step(title, lambda: progress.last_line(log)):
            command.run_logged(
                [self.program, "--config", self.config, *arguments],
                log,
                env=_environment(),
                timeout_s=RUN_TIMEOUT_S,
                accepted=(0, EXIT_REJECTS),
            )

    def import_history(self, history: Path) -> None:
        """Import the demo history; again changes nothing."""
        self.call(
            "Importing the demo history: 3,000 customers, 12,000 orders",
            *("import", history, "--mapping", history / "mapping.toml"),
            *("--source", HISTORY_SOURCE),
        )

    def start(self) -> int:
        """Start the scheduler, which outlives this process; gives its id."""
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [self.program, "--config", self.config, "run"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                cwd=self.folder,
                start_new_session=True,
            )
        if ended := process.poll():
            raise SetupError(f"The agent ended with {ended}; see {self.log}")
        return process.pid


def make_history(folder: Path, currency: str) -> Path:
    """Write the demo history once; gives its folder."""
    marker = folder / ".ready"
    if not marker.exists():
        with progress.step("Inventing a demo history"):
            write_history(folder, currency=currency)
            marker.touch()
    return folder


def rates(history: Path) -> list[list[str]]:
    """Read the history's rates: day, currency, units for one of the company's."""
    with (history / "rates.csv").open(encoding="utf-8", newline="") as handle:
        return [
            [row["date"], row["currency"], row["rate"]]
            for row in csv.DictReader(handle)
        ]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    return kept | {"PYTHONUNBUFFERED": "1", "COLUMNS": "100", "TZ": "UTC"}


def addon_state() -> str:
    """Hash the addon's files, to tell whether Odoo has to update it."""
    addons = cache.REPOSITORY / "addons"
    sources = [
        path
        for path in sorted(addons.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
        if "tests" not in path.relative_to(addons).parts
    ]
    return cache.digest(*(str(path.relative_to(addons)) for path in sources), *sources)

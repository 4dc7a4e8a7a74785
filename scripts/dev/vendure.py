"""The real shop: Vendure with demo data, a fresh copy for whoever needs one.

The packages come from the committed lock, the data is made once through the shop's own
API and kept as a snapshot; a shop for a test is a copy of the snapshot and a process.
"""

import contextlib
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import cache, command, ports, progress
from .errors import SetupError
from .node import environment, find_node, packages

FILES = Path(__file__).with_name("vendure")
KEY_HEADER = "vendure-api-key"
START_TIMEOUT_S = 90
REQUEST_TIMEOUT_S = 30
SEED_TIMEOUT_S = 2400


class ShopError(Exception):
    """The shop refused a request; the text is its own."""


@dataclass
class VendureShop:
    """One shop that serves on the loopback address from a data folder of its own."""

    folder: Path
    port: int = 0
    pid: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(
        default=None, init=False, repr=False
    )

    @property
    def url(self) -> str:
        """The shop's address; the admin API lies below it at ``/admin-api``."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def admin_url(self) -> str:
        """The address of the admin API."""
        return f"{self.url}/admin-api"

    @property
    def api_key(self) -> str:
        """The administrator's API key, for the header ``vendure-api-key``."""
        return str(json.loads((self.folder / "key.json").read_text())["apiKey"])

    @property
    def log(self) -> Path:
        """The file that takes the shop's output."""
        return self.folder / "vendure.log"

    def start(self, *, detached: bool = False) -> None:
        """Start the shop, on a copy of the demo data if it has none yet.

        Args:
            detached: it outlives this process and its terminal.
        Raises:
            SetupError: it did not start; carries the end of its log.
        """
        self.folder = self.folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        application = prepared_application()
        if not (self.folder / "shop.sqlite").exists():
            source = snapshot()
            shutil.copy(source / "key.json", self.folder)
            shutil.copy(source / "shop.sqlite", self.folder)
        self.port = self.port or ports.free_port()
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [
                    *(find_node().node, application / "server.js"),
                    *(str(self.port), self.folder / "shop.sqlite"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=environment(),
                start_new_session=detached,
            )
        self._process = process
        self.pid = process.pid
        if not ports.wait_until(self.answers, START_TIMEOUT_S, self._has_ended):
            self.stop()
            end = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise SetupError(f"Vendure did not start.\n{end}\nWhole log: {self.log}")

    def stop(self) -> None:
        """End the shop by its process id; it saves its data first."""
        if self.pid:
            command.stop(self.pid)
            self.pid = 0
        if self._process:
            self._process.wait()
            self._process = None

    def answers(self) -> bool:
        """Tell whether the admin API answers."""
        try:
            self.send("{ activeChannel { id } }")
        except (OSError, ShopError):
            return False
        return True

    def send(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Send one GraphQL document to the admin API and give its ``data``.

        Raises:
            ShopError: the shop refused it, in `errors` or in an error result.
            OSError: the shop cannot be reached.
        """
        request = urllib.request.Request(  # noqa: S310  our own address
            self.admin_url,
            json.dumps({"query": query, "variables": variables or {}}).encode(),
            {"content-type": "application/json", KEY_HEADER: self.api_key},
        )
        try:
            with urllib.request.urlopen(  # noqa: S310  our own address
                request, timeout=REQUEST_TIMEOUT_S
            ) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise ShopError(error.read().decode("utf-8", "replace")) from error
        if answer.get("errors"):
            raise ShopError(json.dumps(answer["errors"]))
        for result in answer["data"].values():
            if isinstance(result, dict) and result.get("errorCode"):
                raise ShopError(json.dumps(result))
        return answer["data"]

    def _has_ended(self) -> bool:
        command.reap(self.pid)
        return not command.is_running(self.pid)


@contextlib.contextmanager
def running_shop(folder: Path) -> Iterator[VendureShop]:
    """Run a shop with fresh demo data for the time of the block."""
    shop = VendureShop(folder)
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()


def prepared_application() -> Path:
    """Give the folder with the shop's program and its packages, made when missing."""
    modules = packages("vendure", FILES, "ci")
    sources = sorted(FILES.glob("*.js"))
    key = cache.digest(str(modules), *sources)
    target = cache.folder("vendure") / f"application-{key}"
    with cache.lock("vendure-application"):
        if not target.exists():
            partial = target.with_suffix(".part")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            for file in [*sources, FILES / "package.json"]:
                shutil.copy(file, partial)
            (partial / "node_modules").symlink_to(modules / "node_modules")
            partial.rename(target)
    return target


def snapshot() -> Path:
    """Give the folder with the seeded shop's data, made when missing (one minute)."""
    application = prepared_application()
    key = application.name.removeprefix("application-")
    target = cache.folder("vendure") / f"snapshot-{key}"
    with cache.lock("vendure-snapshot"):
        if not target.exists():
            _seed(application, target)
    return target


def _seed(application: Path, target: Path) -> None:
    partial = target.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    log = cache.folder("logs") / "vendure-seed.log"
    log.unlink(missing_ok=True)
    with progress.step(
        "Vendure's demo data: 120 customers, 300 orders",
        lambda: progress.last_line(log),
    ):
        command.run_logged(
            [
                *(find_node().node, application / "seed.js"),
                *(str(ports.free_port()), partial / "shop.sqlite"),
            ],
            log,
            cwd=partial,
            env=environment(),
            timeout_s=SEED_TIMEOUT_S,
        )
        found = re.search(r'^\{"apiKey".*\}$', log.read_text("utf-8"), re.MULTILINE)
        if not found:
            raise SetupError(f"Vendure's seeding gave no API key; see {log}")
        key = partial / "key.json"
        key.write_text(found.group(0))
        key.chmod(0o600)
    log.unlink()
    partial.rename(target)

"""The command `scripts/up`: from a bare machine to a running demo, again and again.

Every step looks first whether it is done, so the command may be stopped and called
again at any time.
"""

import argparse
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import (
    cache,
    odoo_server,
    odoo_shell,
    odoo_source,
    ports,
    postgres,
    progress,
    up_agent,
    vendure,
    venvs,
)
from .errors import SetupError, main_with_remedy
from .odoo_server import ADDON, OdooServer
from .postgres import Connection
from .processes import State
from .up_agent import DemoAgent
from .vendure import VendureShop

ODOO_PORT = 8069
SHOP_PORT = 3900
SERVER = "up"
CURRENCY = "CNY"
COMPANY = "Crane & Co 鹤"
TIME_ZONE = "Asia/Shanghai"
PEOPLE = [
    {
        "login": "boss",
        "name": "Bo Ross",
        "group": "crm_sme.crm_sme_group_manager",
        "lang": "en_US",
        "about": "manager, English",
    },
    {
        "login": "sales",
        "name": "Sally Lee",
        "group": "crm_sme.crm_sme_group_user",
        "lang": "en_US",
        "about": "user, English",
    },
    {
        "login": "xiaowang",
        "name": "小王",
        "group": "crm_sme.crm_sme_group_officer",
        "lang": "zh_CN",
        "about": "officer, 中文",
    },
]
ROBOT = "sync"
LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"  # none that looks like another


class Demo:
    """One instance of everything, of this clone."""

    def __init__(self) -> None:
        """Read what is remembered of it."""
        self.folder = cache.clone_folder("up")
        self.state = State(self.folder / "state.json")
        self.agent = DemoAgent(self.folder / "agent")
        self.database = f"crm_sme_{cache.digest(str(cache.REPOSITORY))}"

    def up(self, port: int) -> None:
        """Set up what is missing and start what does not run."""
        self._fetch()
        connection = postgres.keep_running(SERVER)
        history = up_agent.make_history(self.folder / "history", CURRENCY)
        with ThreadPoolExecutor(max_workers=2) as pool:
            has_shop = (self.folder / "shop" / "shop.sqlite").exists()
            wanted = vendure.prepared_application if has_shop else vendure.snapshot
            seeded = pool.submit(wanted)
            self._prepare_database(connection, history)
            seeded.result()
        shop = self._start_shop()
        odoo = self._start_odoo(connection, port)
        changed = self.agent.configure(
            odoo_url=odoo.url,
            database=self.database,
            key=self.state.get("robot_key"),
            shop_url=shop.url,
        )
        self._fill(connection, history)
        self._start_agent(restart=changed)
        self._tell(odoo, shop)

    def stop(self) -> None:
        """End everything that was started."""
        for name in ("agent", "odoo", "shop"):
            if self.state.stop_process(name):
                progress.say(f"* {name} stopped")
        if not postgres.named_connection():
            server = postgres.EmbeddedServer(SERVER)
            if server.is_running():
                server.stop()
                progress.say("* PostgreSQL stopped")

    def reset(self) -> None:
        """End everything and remove its data; what is not the demo's own stays."""
        self.stop()
        try:
            odoo_server.drop(postgres.keep_running(SERVER), self.database)
        except SetupError:
            if postgres.named_connection():
                raise
            postgres.EmbeddedServer(SERVER).wipe()
        if not postgres.named_connection():
            postgres.EmbeddedServer(SERVER).stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        progress.say("* data removed; the next scripts/up starts afresh")

    def _fetch(self) -> None:
        """Bring programs; the network and the processors are busy with two at once."""
        venvs.check_python()
        with ThreadPoolExecutor(max_workers=2) as pool:
            source = pool.submit(odoo_source.odoo_source)
            venvs.agent_python()
            venvs.odoo_python()
            source.result()

    def _prepare_database(self, connection: Connection, history: Path) -> None:
        if not postgres.database_exists(connection, self.database):
            self.state.set("addon", "")
            self.state.set("filled", [])
            template = odoo_server.template(connection)
            odoo_server.copy(connection, template, self.database)
        wanted = up_agent.addon_state()
        if self.state.get("addon") != wanted:
            action = "-u" if self.state.get("addon") else "-i"
            self.state.stop_process("odoo")
            log = self.folder / "install.log"
            log.unlink(missing_ok=True)
            with progress.step("Installing the addon", lambda: progress.last_line(log)):
                odoo_server.run(
                    connection,
                    self.database,
                    [action, ADDON, "--stop-after-init"],
                    log=log,
                )
            self.state.set("addon", wanted)
        if "accounts" not in self.state.get("filled", []):
            self._make_accounts(connection, history)

    def _make_accounts(self, connection: Connection, history: Path) -> None:
        passwords = self.state.get("passwords") or {
            login: "".join(secrets.choice(LETTERS) for _ in range(10))
            for login in ["admin", *(person["login"] for person in PEOPLE)]
        }
        self.state.set("passwords", passwords)
        people = [
            {**person, "tz": TIME_ZONE, "password": passwords[person["login"]]}
            for person in PEOPLE
        ]
        with progress.step("Company and accounts"):
            odoo_shell.run(
                connection,
                self.database,
                "company",
                {
                    "name": COMPANY,
                    "currency": CURRENCY,
                    "rates": up_agent.rates(history),
                },
            )
            made = odoo_shell.run(
                connection,
                self.database,
                "accounts",
                {
                    "admin": passwords["admin"],
                    "users": people,
                    "robot": ROBOT,
                    "new_key": not self.state.get("robot_key"),
                },
            )
        if made["key"]:
            self.state.set("robot_key", made["key"])
        self._done("accounts")

    def _start_shop(self) -> VendureShop:
        shop = VendureShop(self.folder / "shop", port=self.state.get("shop_port", 0))
        shop.pid = self.state.process("shop")
        if not (shop.pid and shop.answers()):
            shop.stop()
            if not shop.port or not ports.is_free(shop.port):
                shop.port = ports.preferred_port(SHOP_PORT)
            with progress.step("Starting the shop"):
                shop.start(detached=True)
            self.state.remember_process("shop", shop.pid)
            self.state.set("shop_port", shop.port)
        self.agent.keep_secret("shop.key", shop.api_key)
        return shop

    def _start_odoo(self, connection: Connection, port: int) -> OdooServer:
        odoo = OdooServer(
            connection,
            self.database,
            self.folder / "odoo.log",
            port=self.state.get("odoo_port", 0),
            cron_threads=1,
        )
        odoo.pid = self.state.process("odoo")
        moved = port and odoo.port != port
        if odoo.pid and not moved and odoo.answers():
            return odoo
        if moved and not ports.is_free(port):
            raise SetupError(f"Port {port} is taken. Name another: scripts/up --port N")
        odoo.stop()
        odoo.port = port or odoo.port
        if not odoo.port or not ports.is_free(odoo.port):
            odoo.port = ports.preferred_port(port or ODOO_PORT)
        with progress.step("Starting Odoo"):
            odoo.start(detached=True)
        self.state.remember_process("odoo", odoo.pid)
        self.state.set("odoo_port", odoo.port)
        return odoo

    def _fill(self, connection: Connection, history: Path) -> None:
        """Import the history and what the shop holds, once."""
        filled = self.state.get("filled", [])
        if "history" not in filled:
            self.agent.import_history(history)
            self._done("history")
        if "shop" not in filled:
            self.agent.call("First sync from the shop", "sync")
            self._done("shop")
        if "figures" not in filled:
            with progress.step("Figures of all customers"):
                odoo_shell.run(connection, self.database, "figures", {})
            self._done("figures")
        if "daily_work" not in filled:
            with progress.step("What people and a troubled shop leave behind"):
                odoo_shell.run(
                    connection,
                    self.database,
                    "daily_work",
                    {"people": [p["login"] for p in PEOPLE], "robot": ROBOT},
                )
            self._done("daily_work")
        if "feedback" not in filled:
            with progress.step("Complaints and requests of a year"):
                odoo_shell.run(
                    connection,
                    self.database,
                    "feedback",
                    {"people": [p["login"] for p in PEOPLE]},
                )
            self._done("feedback")
        if "insights" not in filled:
            with progress.step("What people enter, and all figures once more"):
                odoo_shell.run(connection, self.database, "insights", {})
            self._done("insights")
        if "campaigns" not in filled:
            with progress.step("Campaigns and answers to surveys"):
                odoo_shell.run(connection, self.database, "campaigns", {})
            self._done("campaigns")
        if "today" not in filled:
            with progress.step("Visitors, promises and the call list of today"):
                odoo_shell.run(connection, self.database, "today", {})
            self._done("today")
        if "care" not in filled:
            with progress.step("Care plans that have been running"):
                odoo_shell.run(connection, self.database, "care", {})
            self._done("care")

    def _start_agent(self, *, restart: bool) -> None:
        if restart:
            self.state.stop_process("agent")
        if not self.state.process("agent"):
            self.state.remember_process("agent", self.agent.start())

    def _done(self, name: str) -> None:
        self.state.set("filled", [*self.state.get("filled", []), name])

    def _tell(self, odoo: OdooServer, shop: VendureShop) -> None:
        passwords = self.state.get("passwords")
        progress.say(f"\nOdoo runs at {odoo.url}/odoo — log in as")
        for person in PEOPLE:
            login = person["login"]
            progress.say(f"  {login:9} {passwords[login]:12} {person['about']}")
        progress.say(f"  {'admin':9} {passwords['admin']:12} administrator")
        progress.say(
            "Look at, in the app CRM:\n"
            "  Workbench > Today: whom to call, why and with which words\n"
            "  Customers > All Customers: lifecycle, value, who is fading; open one\n"
            "    and see the page Customer Care\n"
            "  Customers > Fading Customers, RFM Heat Map, Segments, Value Board\n"
            "  Customers > Shop Orders, Shipments, Interactions, To Settle\n"
            "  Care > Care Plans: open a draft and press Dry Run\n"
            "  Service > complaints and requests; Marketing > Campaigns\n"
            "  Reporting > the analyses, Customer Stock, Cohorts, Forecast Check\n"
            "  Configuration > Data Sources > Sources: health, lag, last runs\n"
            f"The shop runs at {shop.url} (admin API; key in {self.agent.folder}/"
            "shop.key);\n"
            "  the agent reads it every minute: change an order there and look again.\n"
            f"  {self.agent.program} --config {self.agent.config} status\n"
            f"Logs: {self.folder}   Stop: scripts/up --stop   "
            "Start afresh: scripts/up --reset"
        )


def parser() -> argparse.ArgumentParser:
    """Build the command line of `scripts/up`."""
    result = argparse.ArgumentParser(
        prog="scripts/up",
        description="Set up and start Odoo with the addon, a demo shop and the agent. "
        "A second call changes nothing and starts what does not run.",
        epilog="Variables: CRM_SME_CACHE (folder for all that is fetched and made), "
        "ODOO_HOME (an Odoo 19 source tree), CRM_SME_DATABASE_URL "
        "(postgresql://user:password@host:5432/), PYTHON (3.11 or 3.12).",
    )
    choice = result.add_mutually_exclusive_group()
    choice.add_argument("--stop", action="store_true", help="end all that runs")
    choice.add_argument(
        "--reset", action="store_true", help="end all that runs and remove its data"
    )
    choice.add_argument(
        "--port", type=int, default=0, help=f"of Odoo (default {ODOO_PORT} or next)"
    )
    return result


def main() -> int:
    """Run `scripts/up`."""
    options = parser().parse_args()
    demo = Demo()
    with cache.lock(f"up-{cache.digest(str(cache.REPOSITORY))}"):
        if options.stop:
            demo.stop()
        elif options.reset:
            demo.reset()
        else:
            demo.up(options.port)
    return 0


if __name__ == "__main__":
    main_with_remedy(main)

"""Run a script of ours inside Odoo and read the one line of JSON that it prints."""

import json
import subprocess
from pathlib import Path
from typing import Any

from . import odoo_server
from .errors import SetupError
from .postgres import Connection

SCRIPTS = Path(__file__).with_name("in_odoo")
TIMEOUT_S = 3600


def run(connection: Connection, database: str, name: str, argument: Any) -> Any:
    """Run ``in_odoo/<name>.py`` with an argument; give what it prints.

    The script finds the argument as JSON in ``CRM_SME_<NAME>`` and prints its answer as
    ``<NAME> <json>``.

    Raises:
        SetupError: the script failed; carries the end of its output.
    """
    environment = odoo_server.environment(connection)
    environment[f"CRM_SME_{name.upper()}"] = json.dumps(argument)
    done = subprocess.run(
        odoo_server.arguments(
            connection, database, ["--no-http", "--log-level=warn"], "shell"
        ),
        input=(SCRIPTS / f"{name}.py").read_text("utf-8"),
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(f"{name.upper()} "):
            return json.loads(line.partition(" ")[2])
    raise SetupError(f"{name} failed inside Odoo:\n{done.stdout}{done.stderr[-3000:]}")

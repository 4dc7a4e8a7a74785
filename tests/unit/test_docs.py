"""The manual tells every command, key and exit code as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

from sync_agent.cli import cli
from sync_agent.config import AgentSettings, OdooSettings, WorkerSettings
from sync_agent.errors import EXIT_MEANING, ExitCode

MANUAL = (Path(__file__).parents[2] / "docs/agent.md").read_text(encoding="utf-8")
COMMANDS = get_command(cli).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    assert f"| {code.value} | {EXIT_MEANING[code]} |" in MANUAL


@pytest.mark.parametrize("model", [OdooSettings, AgentSettings, WorkerSettings])
def test_every_key_is_documented_with_its_default(model) -> None:
    for own_name, field in model.model_fields.items():
        name = field.alias or own_name
        assert f"| `{name}` |" in MANUAL
        default = field.default
        if isinstance(default, str) and default:
            assert f'| `{name}` | `"{default}"` |' in MANUAL
        if isinstance(default, int | float) and not isinstance(default, bool):
            assert f"| `{name}` | `{default:g}` |".replace("8e+06", "8000000") in MANUAL


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert f"| `{name}" in MANUAL
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"

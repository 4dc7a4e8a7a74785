"""init, check and connectors, as a person or a script calls them."""

from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync_agent import __version__
from sync_agent.clock import SystemClock
from sync_agent.errors import ConfigError, NeedsCredentials
from sync_agent.port import CheckResult
from tests.fakes.odoo_http import KEY
from tests.unit.cli import conftest
from tests.unit.cli.conftest import Setting


@pytest.fixture
def fresh(agent: Setting) -> Setting:
    agent.path.unlink()
    agent.door.server_time = SystemClock().now()
    return agent


def test_the_version_is_told(agent: Setting) -> None:
    assert agent.run("--version").out.strip() == f"sync-agent {__version__}"


@pytest.mark.parametrize(
    "command",
    ["init", "check", "sync", "import", "run", "reconcile", "replay", "status"],
)
def test_every_command_has_help(agent: Setting, command: str) -> None:
    result = agent.run(command, "--help")
    assert result.code == 0
    assert len(result.text) > 200


def test_an_unknown_option_is_code_2(agent: Setting) -> None:
    assert agent.run("sync", "--fulll").code == 2
    assert agent.run("--log-level", "loud", "sync").code == 2


def test_no_command_shows_the_help(agent: Setting) -> None:
    result = conftest.CliRunner().invoke(conftest.cli, [])
    assert "Pull customers" in result.output


def test_init_asks_and_writes_a_file_that_only_its_owner_can_read(
    fresh: Setting,
) -> None:
    answers = [fresh.odoo.url, "crm", KEY, "tiny", "my.shop", "https://s.example", "kk"]
    result = fresh.run("init", given="\n".join(answers) + "\n")
    assert result.code == 0, result.text
    assert stat.S_IMODE(fresh.path.stat().st_mode) == 0o600
    text = fresh.path.read_text()
    tree = tomllib.loads(text)
    assert tree["odoo"] == {
        "url": fresh.odoo.url,
        "database": "crm",
        "transport": "json2",
        "api_key": KEY,
    }
    assert tree["sources"]["my.shop"] == {
        "connector": "tiny",
        "url": "https://s.example",
        "key": "kk",
    }
    assert "# address of the shop" in text
    assert KEY not in result.out
    assert "kk" not in result.out.split("Its key")[-1]


def test_init_without_questions(fresh: Setting) -> None:
    result = fresh.run(
        *("init", "--no-input", "--connector", "tiny", "--odoo-url", fresh.odoo.url),
        *("--odoo-api-key", KEY, "--set", "key=k", "--set", "url=https://shop.example"),
    )
    assert result.code == 0, result.text
    assert fresh.run("check").code == 0
    assert fresh.run("sync").code == 0
    assert len(fresh.door.records) == 3


def test_init_takes_values_as_toml(fresh: Setting) -> None:
    fresh.run(
        *("init", "--no-input", "--connector", "tiny", "--set", "rate = 2.5"),
        *("--set", "words=[1, 2]", "--set", "url=plain text"),
    )
    shop = tomllib.loads(fresh.path.read_text())["sources"]["shop"]
    assert (shop["words"], shop["url"]) == ([1, 2], "plain text")


def test_init_without_a_source_writes_only_odoo(fresh: Setting) -> None:
    assert fresh.run("init", "--no-input").code == 0
    assert "sources" not in tomllib.loads(fresh.path.read_text())


def test_init_never_overwrites_without_force(agent: Setting) -> None:
    before = agent.path.read_text()
    result = agent.run("init", "--no-input")
    assert result.code == 3
    assert "already there" in result.text
    assert agent.path.read_text() == before
    assert agent.run("init", "--no-input", "--force").code == 0
    assert agent.path.read_text() != before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--connector", "shopfiy"), "no connector 'shopfiy'"),
        (("--connector", "tiny", "--source", "My Shop"), "cannot be the code"),
        (("--connector", "tiny", "--set", "url"), "not KEY=VALUE"),
    ],
)
def test_init_tells_what_is_wrong(fresh: Setting, words, said: str) -> None:
    result = fresh.run("init", "--no-input", *words)
    assert result.code == 3
    assert said in result.text
    assert not fresh.path.exists()


def test_init_tells_that_the_place_cannot_be_written(agent: Setting) -> None:
    agent.path = agent.path / "below-a-file.toml"
    result = agent.run("init", "--no-input")
    assert result.code == 3
    assert "cannot be written" in result.text


def test_init_with_a_connector_whose_example_is_broken(
    fresh: Setting, monkeypatch
) -> None:
    broken = replace(conftest.CONNECTOR, example="= =")
    monkeypatch.setattr(conftest, "CONNECTOR", broken)
    result = fresh.run("init", "--no-input", "--connector", "tiny")
    assert result.code == 3
    assert "no valid TOML" in result.text


def test_check_is_content_when_all_is_well(agent: Setting) -> None:
    agent.door.server_time = SystemClock().now()
    agent.shop.results = [CheckResult("reachable", "ok", "Tiny 1.0")]
    result = agent.run("check")
    assert result.code == 0
    assert "Tiny 1.0" in result.text
    found = agent.run("check", "--json").json
    assert found["exit_code"] == 0
    assert {r["state"] for r in found["results"]} == {"ok"}


def states(agent: Setting) -> dict[tuple[str, str], str]:
    results = agent.run("check", "--json").json["results"]
    return {(r["part"], r["name"]): r["state"] for r in results}


@pytest.mark.parametrize(
    ("skew_s", "state", "code"),
    [(30, "ok", 0), (300, "warning", 0), (7200, "failed", 3)],
)
def test_check_compares_the_clocks(agent: Setting, skew_s, state, code) -> None:
    agent.door.server_time = SystemClock().now() + timedelta(seconds=skew_s)
    result = agent.run("check", "--json")
    assert states(agent)["odoo", "clock"] == state
    assert result.code == code


@pytest.mark.parametrize(
    ("days", "state"), [(None, "ok"), (81, "ok"), (9, "warning"), (0.5, "warning")]
)
def test_check_looks_when_the_key_expires(agent: Setting, days, state) -> None:
    agent.door.server_time = SystemClock().now()
    agent.door.key_expires_in_days = days
    assert states(agent)["odoo", "key expiry"] == state


def test_check_tells_a_wrong_key_and_looks_at_the_shop_all_the_same(
    agent: Setting,
) -> None:
    agent.path.write_text(agent.path.read_text().replace(KEY, "wrong-key"))
    agent.shop.results = [CheckResult("reachable", "ok", "Tiny 1.0")]
    result = agent.run("check")
    assert result.code == 4
    assert "Make a new API key" in result.text
    assert "Tiny 1.0" in result.text
    assert "wrong-key" not in result.text


def test_check_tells_another_contract(agent: Setting) -> None:
    agent.door.contract = (2, 2)
    result = agent.run("check")
    assert result.code == 8
    assert "Update the agent" in result.text


def test_check_tells_a_wrong_table_of_a_source(agent: Setting) -> None:
    agent.door.server_time = SystemClock().now()
    agent.write(sources='[sources.shop]\nconnector = "tiny"\nurl = "u"\n')
    result = agent.run("check")
    assert result.code == 3
    assert "[sources.shop] key: Field required" in result.text


def test_check_tells_what_the_shop_refuses(agent: Setting) -> None:
    agent.door.server_time = SystemClock().now()
    agent.shop.results = [
        CheckResult("reachable", "ok", "Tiny 1.0"),
        NeedsCredentials("The shop refused the key.", "Make a new one."),
    ]
    result = agent.run("check")
    assert result.code == 4
    assert "Make a new one" in result.text


def test_check_without_a_code_for_a_failure_is_code_8(agent: Setting) -> None:
    agent.door.server_time = SystemClock().now()
    agent.shop.results = [
        CheckResult("rights", "failed", "Cannot read orders.", "Give.")
    ]
    assert agent.run("check").code == 8


def test_check_tells_rejects_and_new_sources(agent: Setting) -> None:
    agent.door.server_time = SystemClock().now()
    agent.door.source = {"code": "shop", "state": "ok", "open_rejects": 3}
    assert states(agent)["shop", "rejected records"] == "warning"
    agent.door.source = None
    assert states(agent)["shop", "in Odoo"] == "ok"


@pytest.mark.parametrize(
    ("mode", "key", "state"),
    [
        (0o600, "very-secret-1", "ok"),
        (0o644, "very-secret-1", "warning"),
        (0o644, "env:SHOP_KEY", "ok"),
    ],
)
def test_check_looks_who_can_read_secrets(
    agent: Setting, monkeypatch, mode: int, key: str, state: str
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    text = (
        agent.path.read_text().replace(KEY, key).replace("tiny-secret", "env:SHOP_KEY")
    )
    agent.path.write_text(text)
    agent.path.chmod(mode)
    assert states(agent)["configuration", "secrets"] == state


def test_a_missing_configuration_is_told(fresh: Setting) -> None:
    result = fresh.run("check", "--json")
    assert result.code == 3
    assert "sync-agent init" in result.json["error"]["remedy"]


def test_malformed_toml_names_the_line(agent: Setting) -> None:
    agent.path.write_text("[odoo\n")
    result = agent.run("sync")
    assert result.code == 3
    assert "line 1" in result.text


def test_connectors_are_listed_with_their_settings(agent: Setting) -> None:
    result = agent.run("connectors")
    assert result.code == 0
    assert "Tiny shop" in result.text
    assert "address of the shop" in result.text
    found = {c["name"]: c for c in agent.run("connectors", "--json").json["connectors"]}
    assert found["tiny"]["settings"]["required"] == ["url", "key"]


def test_an_error_of_the_configuration_is_shown_with_its_remedy(agent: Setting) -> None:
    error = ConfigError("A [b] is wrong.", "Mend [it].")
    agent.shop.results = [error]
    assert "A [b] is wrong." in agent.run("check").text


def test_the_place_of_the_configuration_can_come_from_outside(
    agent: Setting, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SYNC_AGENT_CONFIG", str(tmp_path / "elsewhere.toml"))
    result = conftest.CliRunner().invoke(conftest.cli, ["status"])
    assert result.exit_code == 3
    assert "elsewhere.toml" in result.stderr.replace("\n", "")


def test_the_agent_starts_as_a_module_and_as_a_program() -> None:
    words = ["-m", "sync_agent", "--version"]
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == f"sync-agent {__version__}"


def test_an_interrupted_question_writes_nothing(fresh: Setting) -> None:
    result = fresh.run("init", given="http://localhost\n")
    assert result.code != 0
    assert not fresh.path.exists()


def test_init_asks_only_what_was_not_given(fresh: Setting) -> None:
    words = ("--connector", "tiny", "--odoo-database", "crm", "--set", "key=k")
    answers = [fresh.odoo.url, KEY, "shop", "https://s.example"]
    result = fresh.run("init", *words, given="\n".join(answers) + "\n")
    assert result.code == 0, result.text
    assert tomllib.loads(fresh.path.read_text())["sources"]["shop"]["key"] == "k"

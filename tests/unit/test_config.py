"""A wrong configuration is told with file, place and remedy; secrets stay hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr

from sync_agent import config
from sync_agent.errors import ConfigError, ExitCode
from sync_agent.port import ConnectorSettings

GOOD = """
[odoo]
url = "https://odoo.example"
database = "crm"
api_key = "0123456789abcdef"
"""


class ShopSettings(ConnectorSettings):
    url: str
    key: SecretStr
    more: dict[str, str] = Field(default_factory=dict)
    paths: list[str] = Field(default_factory=list)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(tmp_path: Path, text: str) -> config.Config:
    return config.load(written(tmp_path, text))


def test_a_small_file_gets_defaults(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD)
    assert found.odoo.transport == "json2"
    assert found.agent.batch_records == 1000
    assert found.sources == {}


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    text = GOOD + '[sources.shop]\nconnector = "x"\nkey = "very-secret"\n'
    found = loaded(tmp_path, text)
    assert "0123456789abcdef" not in repr(found)
    assert "very-secret" not in repr(found)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + GOOD).odoo.database == "crm"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[odoo\nurl = 1", r"not valid TOML.*line 1", id="malformed"),
        pytest.param("a = 1\na = 2\n", r"not valid TOML.*line 2", id="double key"),
        pytest.param("", r"table \[odoo\] is missing.*sync-agent init", id="empty"),
        pytest.param(GOOD + "[oddo]\n", r"unknown table \[oddo\]", id="unknown table"),
        pytest.param("odoo = 1", r"odoo is not a table", id="no table"),
        pytest.param(
            GOOD + "tiemout_s = 1",
            r"\[odoo\] tiemout_s: Extra inputs.*Known keys are url",
            id="misspelt key",
        ),
        pytest.param(
            '[odoo]\napi_key = "k"', r"\[odoo\] url: Field required", id="missing key"
        ),
        pytest.param(
            GOOD.replace("https://", ""), r"\[odoo\] url: .*pattern", id="bad address"
        ),
        pytest.param(
            GOOD + "timeout_s = 0", r"\[odoo\] timeout_s: .*greater than 0", id="zero"
        ),
        pytest.param(
            GOOD + '[agent]\nreconcile_at = "25:00"',
            r"\[agent\] reconcile_at",
            id="no time of day",
        ),
        pytest.param(
            '[odoo]\nurl = "https://o.example"',
            r"\[odoo\] api_key is missing.*Preferences",
            id="no key",
        ),
        pytest.param(
            GOOD + 'transport = "odoorpc"',
            r"\[odoo\] login is missing",
            id="odoorpc without login",
        ),
        pytest.param(
            '[odoo]\nurl="http://o"\ntransport="odoorpc"\ndatabase="d"\nlogin="l"',
            r"\[odoo\] api_key is missing.*or password",
            id="odoorpc without secret",
        ),
        pytest.param(
            GOOD + "[sources]\nshop = 1", r"connector is missing", id="source"
        ),
        pytest.param("sources = 1\n" + GOOD, r"sources is not a table", id="sources"),
        pytest.param(
            GOOD + "[sources.shop]\n",
            r"\[sources\.shop\]: connector is missing",
            id="bare",
        ),
        pytest.param(
            GOOD + '[sources."Shop A"]\nconnector = "x"',
            r"code may hold",
            id="bad code",
        ),
        pytest.param(
            GOOD + '[sources.shop]\nconnector = "x"\nenabled = "no"',
            r"enabled is neither",
            id="enabled",
        ),
    ],
)
def test_a_mistake_names_file_place_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        loaded(tmp_path, text)
    assert "agent.toml" in str(caught.value)
    assert caught.value.remedy
    assert caught.value.exit_code is ExitCode.CONFIG


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="sync-agent init"):
        config.load(tmp_path / "none.toml")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["folder", "no UTF-8"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content) -> None:
    path = tmp_path / "agent.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(path)


SHOP = GOOD + '[sources.shop]\nconnector = "x"\nname = "My shop"\nurl = "u"\nkey = '


def test_a_source_gets_its_settings_without_the_agents_own_keys(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHOP + '"s"\nenabled = false')
    table = found.source("shop")
    assert (table.connector, table.name, table.enabled) == ("x", "My shop", False)
    assert found.settings_of(table, ShopSettings).key.get_secret_value() == "s"


def test_a_source_with_a_wrong_key_names_the_known_ones(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHOP + '"s"\nulr = "x"')
    with pytest.raises(
        ConfigError, match=r"\[sources\.shop\] ulr.*Known keys are url, key"
    ):
        found.settings_of(found.source("shop"), ShopSettings)


def test_a_wrong_secret_is_not_shown_in_the_error(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHOP + '["very-secret"]')
    with pytest.raises(ConfigError) as caught:
        found.settings_of(found.source("shop"), ShopSettings)
    assert "very-secret" not in str(caught.value)


def test_an_unknown_source_names_the_known_ones(tmp_path: Path) -> None:
    found = loaded(tmp_path, SHOP + '"s"')
    with pytest.raises(ConfigError, match=r"no source 'shpo'; known: shop"):
        found.source("shpo")


@pytest.mark.parametrize("value", ["env:SHOP_KEY", "${SHOP_KEY}", "file:key.txt"])
def test_a_secret_comes_from_outside(tmp_path: Path, monkeypatch, value: str) -> None:
    monkeypatch.setenv("SHOP_KEY", "from-outside")
    (tmp_path / "key.txt").write_text("from-outside\n")
    found = loaded(tmp_path, SHOP + f'"{value}"')
    settings = found.settings_of(found.source("shop"), ShopSettings)
    assert settings.key.get_secret_value() == "from-outside"


def test_a_variable_can_stand_inside_a_text_at_any_depth(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("HOST", "shop.example")
    more = '"s"\npaths = ["/${HOST}/a"]\nmore = {a = "x-${HOST}"}'
    found = loaded(tmp_path, SHOP + more)
    settings = found.settings_of(found.source("shop"), ShopSettings)
    assert settings.paths == ["/shop.example/a"]
    assert settings.more == {"a": "x-shop.example"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("env:NOT_SET", r"sources\.shop\.key needs the environment variable NOT_SET"),
        ("${NOT_SET}", "environment variable NOT_SET"),
        ("file:none.txt", r"sources\.shop\.key needs the file .*none\.txt"),
        ("file:empty.txt", "is empty"),
    ],
)
def test_a_secret_that_is_missing_outside_is_told(
    tmp_path: Path, monkeypatch, value: str, said: str
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    (tmp_path / "empty.txt").write_text("\n")
    found = loaded(tmp_path, SHOP + f'"{value}"')
    with pytest.raises(ConfigError, match=said):
        found.settings_of(found.source("shop"), ShopSettings)


def test_all_secrets_of_settings_are_found() -> None:
    class Deep(BaseModel):
        one: SecretStr
        many: list[SecretStr]
        by_name: dict[str, SecretStr]
        shop: ShopSettings
        plain: str = "p"

    deep = Deep(
        one=SecretStr("1"),
        many=[SecretStr("2")],
        by_name={"a": SecretStr("3")},
        shop=ShopSettings(url="u", key=SecretStr("4")),
    )
    assert list(config.secrets_of(deep)) == ["1", "2", "3", "4"]


def test_the_place_of_the_file_can_be_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.default_path({"SYNC_AGENT_CONFIG": "/x.toml"}) == Path("/x.toml")
    base = {"XDG_CONFIG_HOME": "/c"}
    assert config.default_path(base) == Path("/c/sync-agent/config.toml")
    assert config.default_path({}).parts[-3:] == (
        ".config",
        "sync-agent",
        "config.toml",
    )
    (tmp_path / "sync-agent.toml").write_text("")
    assert config.default_path(base) == Path("sync-agent.toml")

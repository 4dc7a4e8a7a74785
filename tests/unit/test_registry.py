"""Connectors are found by name, and a wrong one is told."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from sync_agent import registry
from sync_agent.errors import ConfigError
from sync_agent.port import Connector


def test_the_connectors_of_this_agent_are_installed() -> None:
    shops = {
        *("magento", "medusa", "prestashop", "shopify", "vendure", "woocommerce"),
        "youzan",
    }
    carriers = {"17track", "aftership", "easypost", "karrio", "kuaidi100", "sf"}
    assert {"file", *shops, *carriers} <= set(registry.names())


@pytest.mark.parametrize("name", registry.names())
def test_every_connector_is_whole(name: str) -> None:
    connector = registry.load(name)
    assert isinstance(connector, Connector)
    assert connector.name == name
    assert connector.title
    assert connector.example.strip()
    known = connector.settings.model_fields
    assert {key for key, _question in connector.questions} <= set(known)


def test_an_unknown_connector_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no connector 'shopfiy'; known: .*vendure"):
        registry.load("shopfiy")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_module:X", "cannot be loaded"),
        ("sync_agent:__version__", "of this agent"),
    ],
)
def test_a_connector_that_is_none_is_told(monkeypatch, value: str, said: str) -> None:
    point = EntryPoint("bad", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    with pytest.raises(ConfigError, match=said):
        registry.load("bad")

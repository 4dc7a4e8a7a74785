"""The shops of the conformance tests: a module here is found by itself.

It has ``open_shop(request)``, a context manager that gives an
:class:`~tests.connectors.adapters.Adapter`, and may have ``MARKS`` (of pytest) and
``FEW_TROUBLES`` (only the most telling troubles of the network are acted out). Folders
with modules of connectors that are packages of their own are named in the environment,
``SYNC_AGENT_SHOPS``, divided as ``PATH`` is.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

import pytest

from tests.connectors.adapters import Adapter

__path__ += [
    each for each in os.environ.get("SYNC_AGENT_SHOPS", "").split(os.pathsep) if each
]
NAMES = sorted(module.name for module in pkgutil.iter_modules(__path__))
_TELLING = {"429-in-seconds", "html", "dropped", "403", "500"}


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def _marks(name: str) -> Sequence[pytest.MarkDecorator]:
    marks: Sequence[pytest.MarkDecorator] = getattr(_module(name), "MARKS", ())
    return marks


def open_shop(
    name: str, request: pytest.FixtureRequest
) -> AbstractContextManager[Adapter]:
    """Give the shop of a connector for one test."""
    shop: AbstractContextManager[Adapter] = _module(name).open_shop(request)
    return shop


def params(odd: str = "") -> list[Any]:
    """Return the shops as parameters; only those that can hold something odd."""
    return [
        pytest.param(name, marks=_marks(name), id=name)
        for name in NAMES
        if not odd or odd in _odd(name)
    ]


def troubles(names: Sequence[str]) -> list[Any]:
    """Return each shop with each trouble as parameters."""
    return [
        pytest.param(shop, name, marks=_marks(shop), id=f"{shop}-{name}")
        for shop in NAMES
        for name in names
        if name in _TELLING or not getattr(_module(shop), "FEW_TROUBLES", False)
    ]


def _adapters(name: str) -> list[type[Adapter]]:
    return [
        value
        for value in vars(_module(name)).values()
        if isinstance(value, type)
        and issubclass(value, Adapter)
        and value is not Adapter
    ]


def _odd(name: str) -> set[str]:
    return {word for adapter in _adapters(name) for word in adapter.odd}

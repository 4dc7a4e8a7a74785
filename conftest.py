"""Plugs Odoo's own tests into pytest; the fixtures are in tests/conftest.py."""

pytest_plugins = ["tests.odoo_runner"]

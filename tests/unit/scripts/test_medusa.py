"""The address by which a Medusa server finds its database."""

from __future__ import annotations

import pytest

from scripts.dev.medusa import database_address
from scripts.dev.postgres import Connection


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        (
            Connection("/tmp/a b/socket", user="crm_sme"),
            "postgresql://crm_sme@%2Ftmp%2Fa%20b%2Fsocket/shop",
        ),
        (
            Connection("db.example", 5433, "odoo", "p@ss/word"),
            "postgresql://odoo:p%40ss%2Fword@db.example:5433/shop",
        ),
    ],
)
def test_a_folder_of_sockets_stands_for_the_host(
    connection: Connection, address: str
) -> None:
    """Medusa leaves out the parameter ``host`` that other programs know."""
    assert database_address(connection, "shop") == address

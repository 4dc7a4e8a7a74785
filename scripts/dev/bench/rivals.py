"""What others do for the figures of RFM, and the physical limits, in CPU seconds.

Each works on the orders of a seeded database, in a session without parallel workers;
what the server's process used is counted, and what Python used.
"""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg2

from ..postgres import Connection

Cost = dict[str, float | None]

BOOKED = """
    SELECT commercial_partner_id AS partner_id, date_order, revenue FROM sme_order
     WHERE counted AND commercial_partner_id IS NOT NULL AND kind = 'order'
"""
# The usual way: everything in one statement, ranks by window functions.
NTILE = f"""
    INSERT INTO bench_rfm
    SELECT partner_id, last_order, orders, revenue,
           ntile(5) OVER (ORDER BY last_order) AS r,
           ntile(5) OVER (ORDER BY orders) AS f,
           ntile(5) OVER (ORDER BY revenue) AS m
      FROM (SELECT partner_id, max(date_order) AS last_order, count(*) AS orders,
                   sum(revenue) AS revenue
              FROM ({BOOKED}) booked
             GROUP BY partner_id) sums
"""  # noqa: S608  no text of anybody else
SCAN = f"SELECT count(*), max(date_order), sum(revenue) FROM ({BOOKED}) booked"  # noqa: S608


class Server:
    """A session whose server process is watched."""

    def __init__(self, connection: Connection, database: str) -> None:
        """Open it, without parallel workers: their time is not seen."""
        self._opened = psycopg2.connect(**connection.arguments(database))
        self._opened.autocommit = True
        self.cursor = self._opened.cursor()
        self.cursor.execute("SET max_parallel_workers_per_gather = 0")
        self.cursor.execute("SET work_mem = '256MB'")

    def close(self) -> None:
        """Close it."""
        self._opened.close()

    def cpu(self) -> float | None:
        """CPU seconds of the server's process; None on another machine."""
        path = Path(f"/proc/{self._opened.info.backend_pid}/schedstat")
        try:
            return int(path.read_text().split()[0]) / 1e9
        except OSError:
            return None

    def time(self, step: Callable[[], Any]) -> Cost:
        """Do a step; give what it cost the server, Python and the clock."""
        server, python, clock = self.cpu(), time.process_time(), time.perf_counter()
        step()
        after = self.cpu()
        known = server is not None and after is not None
        return {
            "server": round(after - server, 3) if known else None,  # type: ignore[operator]
            "python": round(time.process_time() - python, 3),
            "clock": round(time.perf_counter() - clock, 3),
        }


@contextlib.contextmanager
def session(connection: Connection, database: str) -> Iterator[Server]:
    """Hold a session for the time of the block."""
    server = Server(connection, database)
    try:
        yield server
    finally:
        server.close()


def measure(connection: Connection, database: str) -> dict[str, Cost]:
    """Run all on a database; leaves its tables as they were."""
    with session(connection, database) as server:
        server.cursor.execute(
            "CREATE TABLE bench_rfm (partner_id int PRIMARY KEY, last_order timestamp, "
            "orders bigint, revenue numeric, r int, f int, m int)"
        )
        found = {
            "scan of the columns": server.time(lambda: server.cursor.execute(SCAN)),
            "ntile in one statement": server.time(lambda: server.cursor.execute(NTILE)),
        }
        server.cursor.execute("TRUNCATE bench_rfm")
        found["pandas"] = server.time(lambda: _pandas(server.cursor))
        rows = io.StringIO()
        server.cursor.copy_expert("COPY bench_rfm TO STDOUT", rows)
        server.cursor.execute("TRUNCATE bench_rfm")
        rows.seek(0)
        found["COPY of the figures in"] = server.time(
            lambda: server.cursor.copy_expert("COPY bench_rfm FROM STDIN", rows)
        )
        server.cursor.execute("DROP TABLE bench_rfm")
    return found


def _pandas(cursor: Any) -> None:
    """Take the orders out, group and score them, put the figures in."""
    taken = io.StringIO()
    cursor.copy_expert(f"COPY ({BOOKED}) TO STDOUT (FORMAT csv)", taken)
    taken.seek(0)
    orders = pd.read_csv(
        taken, names=["partner_id", "date_order", "revenue"], parse_dates=["date_order"]
    )
    groups = orders.groupby("partner_id")
    figures = groups.agg(
        last_order=("date_order", "max"),
        orders=("revenue", "size"),
        revenue=("revenue", "sum"),
    )
    for score, column in (("r", "last_order"), ("f", "orders"), ("m", "revenue")):
        rank = figures[column].rank(method="first")
        figures[score] = pd.qcut(rank, 5, labels=False) + 1
    given = io.StringIO()
    figures.to_csv(given, header=False)
    given.seek(0)
    cursor.copy_expert("COPY bench_rfm FROM STDIN (FORMAT csv)", given)

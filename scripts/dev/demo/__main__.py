"""Write the demo history: ``python -m scripts.dev.demo FOLDER``."""

import argparse
from datetime import date
from pathlib import Path

from . import CUSTOMERS, write_history


def main() -> None:
    """Parse the command line and write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.dev.demo", description=write_history.__doc__
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--today", type=date.fromisoformat)
    parser.add_argument("--currency", default="CNY", help="the company's (default CNY)")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    options = parser.parse_args()
    try:
        folder = write_history(
            options.folder,
            options.seed,
            today=options.today,
            currency=options.currency,
            customers=options.customers,
        )
    except ValueError as error:
        parser.error(str(error))
    print(folder)


if __name__ == "__main__":
    main()

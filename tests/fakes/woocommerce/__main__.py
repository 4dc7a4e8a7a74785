"""Run a fake WooCommerce shop: ``python -m tests.fakes.woocommerce --port 8080``.

Prints one line of JSON with its address and keys once it serves; ends with SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import sys

from .seed import fill
from .server import KEY, SECRET, FakeShop
from .store import Store


def main() -> None:
    """Parse, fill, serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--orders", type=int, default=1500)
    parser.add_argument("--products", type=int, default=40)
    parser.add_argument("--reviews", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first-id", type=int, default=11, help="above 2^53: huge ids")
    parser.add_argument("--behind-tls", action="store_true", help="accept HTTP Basic")
    chosen = parser.parse_args()
    store = fill(
        Store(first_id=chosen.first_id),
        customers=chosen.customers,
        orders=chosen.orders,
        products=chosen.products,
        reviews=chosen.reviews,
        seed=chosen.seed,
    )
    shop = FakeShop(store, port=chosen.port, behind_tls=chosen.behind_tls)
    ready = {"url": shop.url, "consumer_key": KEY, "consumer_secret": SECRET}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    shop.serve()


if __name__ == "__main__":
    main()

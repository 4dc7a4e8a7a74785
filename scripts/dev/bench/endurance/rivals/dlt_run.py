"""Read the shop with dlt's rest_api source into DuckDB; run by dlt's own Python."""

import json
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

asked = json.loads(sys.argv[1])
orders = {
    "path": "orders",
    "params": {
        "per_page": 100,
        "dates_are_gmt": "true",
        "modified_after": "{incremental.start_value}",
    },
    "incremental": {
        "cursor_path": "date_modified_gmt",
        "initial_value": "2000-01-01T00:00:00",
    },
}
others = [
    {"name": name, "endpoint": {"path": name, "params": {"per_page": 100}}}
    for name in ("customers", "products")
]
source = rest_api_source(
    {
        "client": {
            "base_url": asked["url"] + "/wp-json/wc/v3/",
            "auth": {
                "type": "http_basic",
                "username": asked["consumer_key"],
                "password": asked["consumer_secret"],
            },
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "total_path": None,
                "stop_after_empty_page": True,
            },
        },
        "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
        "resources": [{"name": "orders", "endpoint": orders}, *others],
    }
)
pipeline = dlt.pipeline(
    pipeline_name="rival",
    pipelines_dir=asked["folder"],
    destination=dlt.destinations.duckdb(asked["folder"] + "/rival.duckdb"),
    dataset_name="shop",
)
pipeline.run(source)
with pipeline.sql_client() as client:
    held = client.execute_sql("SELECT id, customer_note FROM orders")
    counts = [
        client.execute_sql(f"SELECT count(*) FROM {name}")[0][0]  # noqa: S608
        for name in ("customers", "products")
    ]
orders_held = [[str(own), note or ""] for own, note in held]
sys.stdout.write(json.dumps({"orders": orders_held, "others": sum(counts)}))

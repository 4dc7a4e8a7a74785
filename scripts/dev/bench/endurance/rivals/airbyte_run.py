"""A source of Airbyte's CDK for the shop, declarative; run by its own Python."""

import sys

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.sources.declarative.yaml_declarative_source import (
    YamlDeclarativeSource,
)


def source(arguments: list[str]) -> YamlDeclarativeSource:
    """Make the source of the manifest beside this file."""
    from airbyte_cdk.entrypoint import AirbyteEntrypoint  # noqa: PLC0415

    catalog = AirbyteEntrypoint.extract_catalog(arguments)
    config = AirbyteEntrypoint.extract_config(arguments)
    state = AirbyteEntrypoint.extract_state(arguments)
    return YamlDeclarativeSource(
        path_to_yaml=__file__.replace("_run.py", "_manifest.yaml"),
        catalog=YamlDeclarativeSource.read_catalog(catalog) if catalog else None,
        config=YamlDeclarativeSource.read_config(config) if config else None,
        state=YamlDeclarativeSource.read_state(state) if state else None,
    )


if __name__ == "__main__":
    launch(source(sys.argv[1:]), sys.argv[1:])

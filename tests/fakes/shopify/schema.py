"""Every question is validated by Shopify's own schema before it is answered."""

from __future__ import annotations

import gzip
import json
from functools import cache

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_client_schema,
    parse,
    validate,
)

from scripts.dev.shopify_schema import schema_file


@cache
def admin_schema() -> GraphQLSchema:
    """Return the schema of the Admin API."""
    with gzip.open(schema_file()) as file:
        return build_client_schema(json.load(file)["data"], assume_valid=True)


@cache
def checked(query: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """Return the parsed question, and what Shopify's schema has against it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(admin_schema(), document))


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    """Return the one operation of a document."""
    (found,) = (
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )
    return found


def fields_of(chosen: SelectionSetNode, typename: str) -> list[FieldNode]:
    """Return the fields asked of a type, those of fitting fragments too."""
    fields: list[FieldNode] = []
    for node in chosen.selections:
        if isinstance(node, FieldNode):
            fields.append(node)
        elif isinstance(node, InlineFragmentNode):
            wanted = node.type_condition.name.value if node.type_condition else typename
            if wanted == typename:
                fields += fields_of(node.selection_set, typename)
    return fields

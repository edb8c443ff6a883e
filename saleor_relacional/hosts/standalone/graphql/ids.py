"""Global ids in Saleor's way: base64 of `Type:key`."""

from graphene.relay import Node

from saleor_relacional.hosts.standalone.shop.refusal import Refusal


def global_id(kind: str, key: object) -> str:
    """What leaves us."""
    return str(Node.to_global_id(kind, key))


def key_of(kind: str, given: str) -> str:
    """The key behind an id of this type."""
    try:
        found, key = Node.from_global_id(given)
    except (ValueError, TypeError) as error:
        raise Refusal("This is no id of ours.", code="GRAPHQL_ERROR", field="id") from error
    if found != kind:
        raise Refusal(f"This is an id of something else than {kind}.", code="GRAPHQL_ERROR", field="id")
    return str(key)

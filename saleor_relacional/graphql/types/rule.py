"""The scalar that carries a rule: plain JSON, both ways."""

from typing import Any

import graphene
from graphql.language import ast


class RelationshipRule(graphene.Scalar):
    """A rule as JSON: an object, not a text that holds one."""

    class Meta:
        description = (
            'A rule over the fields of a relationship, as a JSON object: {"field": …, "operator": …, "value": …},'
            ' {"all": […]}, {"any": […]} or {"not": …}. The fields and operators are in docs/segments.md.'
        )

    @staticmethod
    def serialize(value: Any) -> Any:
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        return value

    @staticmethod
    def parse_literal(node: Any) -> Any:
        return _plain(node)


DEEPEST = 40
"""Values within values that are read: a rule that can be saved has far fewer (rules/read.py: DEPTH)."""


def _plain(node: Any, depth: int = 0) -> Any:
    """A literal in a query as plain values. What is no JSON, or nested beyond reading, becomes None, which no rule
    accepts."""
    if depth > DEEPEST:
        return None
    if isinstance(node, ast.ObjectValue):
        return {field.name.value: _plain(field.value, depth + 1) for field in node.fields}
    if isinstance(node, ast.ListValue):
        return [_plain(value, depth + 1) for value in node.values]
    if isinstance(node, ast.IntValue):
        return int(node.value) if len(node.value) < 40 else None
    if isinstance(node, ast.FloatValue):
        return float(node.value)
    return node.value if isinstance(node, ast.StringValue | ast.BooleanValue | ast.EnumValue) else None

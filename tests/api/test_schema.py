"""Our part of the schema: what is committed is what the code says, documented, and the same wherever it is mounted."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from graphql import parse, validate

from saleor_relacional.graphql.costs import COSTS, FREE
from tests.api.asking import OPERATIONS

HERE = Path(__file__).parents[2]


OPEN = {"relationshipTopics", "relationshipNewsletterSignup", "relationshipConsentText"}
"""Doors that anybody may knock at."""


def test_the_committed_schema_is_fresh(capsys: Any) -> None:
    """`manage.py relacional_schema` prints what graphql/schema.graphql holds."""
    call_command("relacional_schema")
    assert capsys.readouterr().out == (HERE / "graphql" / "schema.graphql").read_text(encoding="utf-8")


def test_every_documented_operation_is_valid() -> None:
    """Each file in graphql/operations fits the mounted schema, and says what it is for."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    files = sorted(OPERATIONS.glob("*.graphql"))
    assert len(files) >= 14
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), path.name
        assert validate(schema, parse(text)) == [], path.name


def test_every_field_that_costs_has_a_cost() -> None:
    """Every query and mutation, every list and every field with arguments of ours either has a cost or is named as
    one that comes with what holds it; no cost is of a field that is not there, and a page without a size costs what
    its default size does."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    types = schema.get_type_map()
    assert {(kind, field) for kind, costs in COSTS.items() for field in costs} <= {
        (kind, field) for kind in COSTS for field in types[kind].fields
    }
    for kind in [name for name in types if name.startswith("Relationship")] + ["Query", "Mutation", "User"]:
        for name, field in (getattr(types[kind], "fields", None) or {}).items():
            arguments = getattr(field, "args", None)
            if arguments is None or (
                kind in ("Query", "Mutation", "User") and not name.startswith("relationship")
            ):
                continue
            cost = COSTS.get(kind, {}).get(name)
            asks = kind in ("Query", "Mutation", "User") or arguments or "[" in str(field.type)
            free = name in FREE or f"{kind}.{name}" in FREE
            assert bool(cost) != free if asks else not free, f"{kind}.{name}: a cost, or FREE, not both"
            if "first" in arguments:
                assert cost["multipliers"] == ["first"] and arguments["first"].default_value > 0, name
    assert all(cost["complexity"] >= 10 for cost in COSTS["Mutation"].values())


def test_our_fields_say_which_permission_they_need() -> None:
    """Every query and mutation of ours names it, as Saleor's do."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    for root in (schema.get_query_type(), schema.get_mutation_type()):
        ours = {name: field for name, field in root.fields.items() if name.startswith("relationship")}
        assert len(ours) >= 7
        for name, field in ours.items():
            asked = (
                "Requires no permission" if name in OPEN else "Requires one of the following permissions: "
            )
            assert asked in field.description, name
    assert "OWNER" in schema.get_type("User").fields["relationship"].description


def test_the_shop_shows_our_types_line_for_line() -> None:
    """What is mounted is what is printed, types and fields."""
    from saleor_relacional.graphql import sdl
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    assert sdl.ours().endswith("\n" + sdl.own_types(schema.get_type_map()))
    printed = sdl.ours()
    for root in (schema.get_query_type(), schema.get_mutation_type()):
        for name, field in root.fields.items():
            if name.startswith("relationship"):
                assert f"  {name}" in printed and f": {field.type}\n" in printed


@pytest.mark.parametrize("name", ["RelationshipProfile", "RelationshipCampaign"])
def test_nodes_have_global_ids(name: str) -> None:
    """As in Saleor: interface Node."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    assert [interface.name for interface in schema.get_type(name).interfaces] == ["Node"]

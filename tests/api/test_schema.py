"""Our part of the schema: what is committed is what the code says, documented, and the same wherever it is mounted."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from graphql import parse, validate

from tests.api.asking import OPERATIONS

HERE = Path(__file__).parents[2]


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


def test_our_fields_say_which_permission_they_need() -> None:
    """Every query and mutation of ours names it, as Saleor's do."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema

    for root in (schema.get_query_type(), schema.get_mutation_type()):
        ours = {name: field for name, field in root.fields.items() if name.startswith("relationship")}
        assert len(ours) >= 7
        for name, field in ours.items():
            assert "Requires one of the following permissions: " in field.description, name
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

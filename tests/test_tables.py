"""Text of SQL: names of tables stand in one place, and no statement edits another."""

import re
from pathlib import Path

from django.apps import apps

import saleor_relacional
from saleor_relacional.db import tables

OURS = Path(saleor_relacional.__file__).parent


def test_each_table_has_its_name_once():
    """A statement of SQL takes its table from here; a model that is renamed makes this fail."""
    named = {value for name, value in vars(tables).items() if name.isupper()}
    assert named == {model._meta.db_table for model in apps.get_app_config("saleor_relacional").get_models()}


def test_no_statement_edits_the_text_of_another():
    """A statement that is assembled is built from named parts: no text of SQL is formatted or replaced."""
    edits = re.compile(r"\b_?[A-Z][A-Z_]+\.(format|replace)\(")
    places = [OURS / folder for folder in ("db", "flows", "rules")]
    files = [file for place in places for file in place.rglob("*.py")]
    assert [file.name for file in files if edits.search(file.read_text())] == []

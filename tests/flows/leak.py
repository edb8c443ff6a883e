"""Looking for a word in everything that we keep."""

from collections.abc import Iterable

from django.apps import apps

from saleor_relacional.models import sql


def tables_with(words: Iterable[str]) -> dict[str, list[str]]:
    """Word → our tables in which it stands, in whatever column, in any case."""
    tables = sorted(model._meta.db_table for model in apps.get_app_config("saleor_relacional").get_models())
    return {
        word: [
            table
            for table in tables
            if sql.rows(f"SELECT 1 FROM {table} row WHERE row::text ILIKE %s LIMIT 1", [f"%{word}%"])
        ]
        for word in words
    }

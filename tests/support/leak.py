"""Looking for a word in everything that we keep."""

from collections.abc import Iterable

from django.apps import apps

from saleor_relacional.db import sql


def tables_with(words: Iterable[str]) -> dict[str, list[str]]:
    """Word → our tables in which it stands, in whatever column, in any case."""
    models = apps.get_app_config("saleor_relacional").get_models()
    tables = {model._meta.db_table: model.objects.db for model in models}
    return {
        word: [
            table
            for table, using in sorted(tables.items())
            if sql.rows(f"SELECT 1 FROM {table} t WHERE t::text ILIKE %s LIMIT 1", [f"%{word}%"], using=using)
        ]
        for word in words
    }

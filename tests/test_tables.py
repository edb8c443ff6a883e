"""Names of tables stand in one place, and that place says what the models say."""

from django.apps import apps

from saleor_relacional.db import tables


def test_each_table_has_its_name_once():
    """A statement of SQL takes its table from here; a model that is renamed makes this fail."""
    named = {value for name, value in vars(tables).items() if name.isupper()}
    assert named == {model._meta.db_table for model in apps.get_app_config("saleor_relacional").get_models()}

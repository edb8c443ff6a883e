"""A table to whose rows nobody changes anything: a trigger refuses every UPDATE and DELETE but that of a transaction
which says that it erases a person or merges two (`rewriting`)."""

from typing import Any

from django.db.models import BaseConstraint

from saleor_relacional.db import sql

SETTING = "saleor_relacional.rewrites"
FUNCTION = "saleor_relacional_only_added"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF coalesce(current_setting('{SETTING}', true), '') <> '' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'Rows of % are only ever added: record what holds now beside them.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $function$"""


def rewriting(why: str) -> None:
    """Until the transaction around us ends, rows may be moved or removed: `why` is erase or merge."""
    sql.rows("SELECT set_config(%s, %s, true)", [SETTING, why])


class OnlyAdded(BaseConstraint):
    """Of a model: its rows are never changed and never removed by themselves."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Nothing of CREATE TABLE: the trigger comes after it."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = model._meta.db_table
        return (
            f"{_FUNCTION};\nCREATE TRIGGER {self.name} BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f"DROP TRIGGER {self.name} ON {model._meta.db_table}"

    def validate(self, *args: Any, **options: Any) -> None:
        """Nothing about a single row."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OnlyAdded) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

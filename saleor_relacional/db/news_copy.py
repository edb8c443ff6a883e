"""A trigger that copies the news of people (scoring/unplanned.py) for a second reader: whoever writes attributes at the
host. Campaigns remove what they have read; neither waits for the other. Costs one look while nothing is wanted."""

from typing import Any

from django.db.models import BaseConstraint

from saleor_relacional.db import tables

FUNCTION = "saleor_relacional_copy_news"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF EXISTS (SELECT FROM {tables.ATTRIBUTE_CHOICE} WHERE active) THEN
        INSERT INTO {tables.UNWRITTEN} (profile_id, version)
        SELECT profile_id, version FROM news ORDER BY profile_id
        ON CONFLICT (profile_id) DO UPDATE SET version = excluded.version;
    END IF;
    RETURN NULL;
END $function$"""


class CopiesNews(BaseConstraint):
    """Of the table that the copies stand in."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Nothing of CREATE TABLE: the triggers come after it."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        triggers = [
            f"CREATE TRIGGER {self.name}_{event.lower()} AFTER {event} ON {tables.UNPLANNED}"
            f" REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
            for event in ("INSERT", "UPDATE")
        ]
        return ";\n".join([_FUNCTION, *triggers])

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        dropped = (
            f"DROP TRIGGER {self.name}_{event} ON {tables.UNPLANNED}" for event in ("insert", "update")
        )
        return ";\n".join(dropped)

    def validate(self, *args: Any, **options: Any) -> None:
        """Nothing about a single row."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CopiesNews) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

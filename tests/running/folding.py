"""The first migration with indexes and constraints inside the table that they are of. Django's own writer adds them one
by one behind all tables, and renders half of our models anew for each: most of what a test database takes to be made.

`python -m tests.running.folding` writes it so, after it was made anew by makemigrations.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter

FIRST = "saleor_relacional.migrations.0001_initial"


def folded(operations: Iterable[Operation]) -> list[Operation]:
    """The same tables. What asks for a column that comes later stays where it is, and all after it of its table."""
    found: list[Operation] = []
    tables: dict[str, CreateModel] = {}
    closed: set[str] = set()
    for one in operations:
        if isinstance(one, CreateModel):
            options = {**one.options}
            for each in ("indexes", "constraints"):
                if each in options:
                    options[each] = [*options[each]]
            one = CreateModel(one.name, one.fields, options, one.bases, one.managers)
            tables[one.name_lower] = one
        elif isinstance(one, AddField):
            closed.add(one.model_name_lower)
        elif isinstance(one, AddIndex | AddConstraint) and one.model_name_lower not in closed:
            index = isinstance(one, AddIndex)
            options = tables[one.model_name_lower].options
            options.setdefault("indexes" if index else "constraints", []).append(
                one.index if isinstance(one, AddIndex) else one.constraint
            )
            continue
        found.append(one)
    return found


def first() -> Migration:
    """As it stands."""
    migration: Migration = import_module(FIRST).Migration("0001_initial", "saleor_relacional")
    return migration


def main() -> None:
    """Write the file."""
    migration = first()
    migration.operations = folded(migration.operations)
    file = Path(str(import_module(FIRST).__file__))
    file.write_text(MigrationWriter(migration).as_string(), "utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    main()

"""`relacional_generate`: write the data that is generated from the code, or check that it is what the code says."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from saleor_relacional import conf

APP = "saleor_relacional"


class Command(BaseCommand):
    help = "For developers, from the repository's top: write graphql/schema.graphql and migrations/*.sql."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if something would change"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=self.stdout)
        wanted = {Path("graphql/schema.graphql"): self.said("relacional_schema"), **self.migrations()}
        stale = [
            path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text
        ]
        stale += sorted(set(Path("migrations").glob("*.sql")) - set(wanted))
        if options["check"] and stale:
            names = ", ".join(map(str, stale))
            raise CommandError(f"Not what the code says: {names}. Run `make generate` and commit.")
        for path in stale:
            self.write(path, wanted.get(path))

    def write(self, path: Path, text: str | None) -> None:
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        self.stdout.write(str(path))

    def migrations(self) -> dict[Path, str]:
        loader = MigrationLoader(connections[conf.database()])
        names = sorted(name for app, name in loader.disk_migrations if app == APP)
        return {Path(f"migrations/{name}.sql"): self.said("sqlmigrate", APP, name) for name in names}

    def said(self, command: str, *arguments: str) -> str:
        out = StringIO()
        call_command(command, *arguments, stdout=out, no_color=True)
        return out.getvalue()

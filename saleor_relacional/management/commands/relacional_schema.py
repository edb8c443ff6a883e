"""`manage.py relacional_schema`: the SDL of our part of the schema, the same on every host."""

from typing import Any

from django.core.management.base import BaseCommand

from saleor_relacional.graphql import sdl


class Command(BaseCommand):
    help = "Print the GraphQL schema of our part, the same on every host."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(sdl.ours(), ending="")

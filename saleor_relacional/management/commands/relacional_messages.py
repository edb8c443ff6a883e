"""`relacional_messages`: for developers. Collects the texts that people read and compiles their translations."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saleor_relacional.management import formal, messages
from saleor_relacional.management.messages import Id


class Command(BaseCommand):
    help = "For developers: bring locale/*/LC_MESSAGES/django.po up to date and compile the .mo beside it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language in messages.LANGUAGES:
            messages.collect(language)
            self._compile(language)
            self._refuse(language, dict.fromkeys(messages.untranslated(language), ""))
        lacks = formal.collect()
        self._compile(formal.FOLDER)
        self._refuse(formal.FOLDER, lacks)

    def _compile(self, folder: str) -> None:
        messages.po(folder).with_suffix(".mo").write_bytes(messages.compiled(folder))

    def _refuse(self, folder: str, missing: Mapping[Id, str]) -> None:
        """Say what lacks; of a text that customers read with tú, the word that gives it away."""
        for text, word in missing.items():
            self.stdout.write(f"{folder}: {text!r}" + (f" says {word}" if word else ""))
        if missing:
            raise CommandError(
                f"{folder}: {len(missing)} texts are not said in it yet: add them to its .po and run again."
            )

"""`relacional_messages`: for developers. Collects the texts that people read and compiles their translations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saleor_relacional.management import messages


class Command(BaseCommand):
    help = "For developers: bring locale/*/LC_MESSAGES/django.po up to date and compile the .mo beside it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language in messages.LANGUAGES:
            messages.collect(language)
            messages.po(language).with_suffix(".mo").write_bytes(messages.compiled(language))
            missing = messages.untranslated(language)
            for text in missing:
                self.stdout.write(f"{language}: {text!r}")
            if missing:
                raise CommandError(
                    f"{len(missing)} texts have no translation yet: add them to the .po and run again."
                )

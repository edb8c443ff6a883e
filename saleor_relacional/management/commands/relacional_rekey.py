"""`manage.py relacional_rekey`: take another TOMBSTONE_KEY into use."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.people import rekey


class Command(BaseCommand):
    """Prints no key."""

    help = (
        "Takes the TOMBSTONE_KEY that the settings have now into use, so that forgotten people stay forgotten and"
        " objections hold. Until then nothing is read and nothing leaves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--old-key", default="", help="the key until now; leave out where there was none")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with conf.host().writing():
                done = rekey.rekey(options["old_key"])
        except BadInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(_("%(count)d hashes are kept under the key of the settings now.") % {"count": done})

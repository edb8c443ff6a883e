"""Take over who must not be written to any more, from a file of the system that wrote to them before."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.agreements import agreements
from saleor_relacional.management import list_options
from saleor_relacional.management.import_words import number


class Command(BaseCommand):
    """All of the file or nothing of it; a second run adds none."""

    help = (
        "Takes over suppressions from a CSV: exports of Mailchimp (unsubscribed, cleaned) and Klaviyo are recognised,"
        " any other needs a column of addresses, and may have one of the reason. Kept is a keyed hash of each address,"
        " which outlives erasure and holds for whoever is imported later."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        list_options.add(parser)
        parser.add_argument(
            "--check", action="store_true", help="say what the file holds, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        try:
            with host.writing():
                done = agreements.import_suppressions(
                    options["file"], now=host.now(), dry=options["check"], **list_options.said(options)
                )
        except BadInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            _("%(rows)s rows (%(preset)s): %(new)s addresses newly suppressed, %(yes)s rows say that somebody agreed.")
            % {
                "rows": number(done.rows), "preset": done.preset, "new": number(done.new),
                "yes": number(done.no_suppression),
            }
        )  # fmt: skip
        if options["check"]:
            self.stdout.write(_("Checked only: nothing was imported."))

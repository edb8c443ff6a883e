"""Take over who agreed to be written to, from a file of the system that did so before."""

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
        "Takes over consents from a CSV: exports of Mailchimp (subscribed) and Klaviyo are recognised, any other needs"
        " a column of addresses, and may have one of the day on which they agreed. They never outweigh an opt-out or an"
        " objection that is known here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--text", default="", help="the words that these people agreed to; required")
        parser.add_argument(
            "--purposes", default="", help="content, offers, or both (the default), with a comma"
        )
        parser.add_argument("--language", default="", help="language of the text, such as es")
        list_options.add(parser)
        parser.add_argument(
            "--check", action="store_true", help="say what the file holds, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        wanted = [one.strip() for one in options["purposes"].split(",") if one.strip()]
        if not set(wanted) <= {"content", "offers"}:
            raise CommandError(_("--purposes is content, offers, or both with a comma between them."))
        try:
            with host.writing():
                done = agreements.import_consents(
                    options["file"], text=options["text"], now=host.now(),
                    wanted=wanted or None, language=options["language"], dry=options["check"],
                    **list_options.said(options),
                )  # fmt: skip
        except BadInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            _("%(rows)s rows (%(preset)s): %(new)s people newly agree, %(no)s rows say no, %(gone)s were forgotten.")
            % {
                "rows": number(done.rows), "preset": done.preset, "new": number(done.new),
                "no": number(done.no_consent), "gone": number(done.forgotten),
            }
        )  # fmt: skip
        if options["check"]:
            self.stdout.write(_("Checked only: nothing was imported."))

"""Import history from elsewhere."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.importing import import_file, runs
from saleor_relacional.flows.importing.options import Options
from saleor_relacional.flows.importing.presets import PRESETS
from saleor_relacional.flows.importing.statuses import Meaning
from saleor_relacional.flows.importing.summary import Summary
from saleor_relacional.flows.scoring import score
from saleor_relacional.management import import_words
from saleor_relacional.management.import_words import number
from saleor_relacional.management.progress import Bar

HELP = {
    "name": "name of the history; its facts have the source import:NAME (default: the file's name)",
    "order": "column of the order number",
    "customer": "column of the customer number",
    "email": "column of the address",
    "first_name": "column of the first name",
    "placed_at": "column of the moment at which the order was placed",
    "quantity": "column of the quantity; negative means money given back",
    "price": "column of the price of one piece",
    "total": "column of the row's total: of the order in a file of orders, of the line in a file of lines",
    "product": "column of the product's key",
    "product_name": "column of the product's name",
    "currency": "currency code, or the column that holds it",
    "time_zone": "IANA zone of times without one (default: the shop's)",
    "date_format": "format of dates as in strptime (default: found)",
    "date_order": "dmy or mdy, for dates such as 03/05/2024 (default: seen from the dates)",
    "time": "column of the time of day, where it stands apart from the date, or none",
    "total_of": "order or line: whose total it is, in a file of lines (default: seen from the file)",
    "status": "column of the order's status, or none",
    "status_words": "what its words mean: word=meaning, word=meaning; meanings: " + ", ".join(Meaning),
    "refunded": "column of the money given back of the order, or none",
    "cancelled_at": "column that is filled where an order was cancelled, or none",
    "preset": "platform that the file comes from (default: recognised by the header); none refuses the guess. One of: "
    + ", ".join(preset.name for preset in PRESETS),
    "locale": "language by whose rules amounts are written, such as es (default: seen from the amounts)",
    "cancellation_prefix": "orders whose number begins so are money given back",
    "encoding": "encoding of the file (default: found)",
    "channel": "slug of the channel that the history is booked on (default: the only one with the currency)",
    "language": "language of the people, such as es",
    "refuse_known": "refuse the file if the host has one of its orders, instead of leaving those out",
    "example_addresses": "give people without an address one under .example, where no mail arrives",
    "consent": "text that these people agreed to, as the shop states",
    "foreign_numbers": "the order numbers are another system's: equal numbers of the shop's own are other orders",
    "rejects": "where to write rows that cannot be used (default: FILE.rejects.csv beside the file)",
}


class Command(BaseCommand):
    """An import that was cut short goes on; a second run doubles nothing."""

    help = (
        "Imports orders, or lines of orders, from a CSV or CSV.gz. Columns are found by the names that"
        " people give them;"
        " exports of known platforms are recognised. Says what the file holds before anything is applied, and asks on a"
        " terminal. Rows that cannot be read are left out and written to FILE.rejects.csv with line number and reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--undo", metavar="NAME", help="take the history of this name back, all of it, and read no file"
        )
        parser.add_argument(
            "--check", action="store_true", help="say what would be imported, and apply nothing"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before applying")
        for field in fields(Options):
            name = "--" + field.name.replace("_", "-")
            if field.type is bool:
                parser.add_argument(name, action="store_true", help=HELP[field.name])
            else:
                default = "" if field.default is MISSING else field.default
                parser.add_argument(name, default=default, help=HELP[field.name])

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        if options["undo"]:
            self._undo(options["undo"])
            return
        if options["file"] is None:
            raise CommandError(_("Say which file to import, or --undo NAME."))
        given = Options(**{field.name: options[field.name] for field in fields(Options)})
        try:
            with (
                host.writing(),
                Bar(_("lines"), 0, self.stderr) as bar,
                Bar(_("orders"), 0, self.stderr) as applied,
            ):
                if options["check"]:
                    held = import_file.check_file(options["file"], given, now=host.now(), progress=bar.at)
                    self._tell(held)
                    self.stdout.write(_("Checked only: nothing was imported."))
                    return
                done = import_file.import_file(
                    options["file"], given, now=host.now(), progress=bar.at, applied=applied.at,
                    agreed=lambda held: self._agreed(held, ask=not options["yes"]),
                )  # fmt: skip
        except (BadInput, Refused) as error:
            raise CommandError(error.message) from error
        for line in _report(done, import_file.rejects_of(options["file"], given)):
            self.stdout.write(line)

    def _undo(self, name: str) -> None:
        host = conf.host()
        try:
            with host.writing():
                undone = runs.undo(name, host.now())
                score.settle(host.now())
        except BadInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            _("Taken back: %(purchases)s purchases and %(refunds)s refunds. %(people)s people are gone with them.")
            % {
                "purchases": number(undone.purchases), "refunds": number(undone.refunds),
                "people": number(undone.people),
            }
        )  # fmt: skip

    def _tell(self, held: Summary) -> None:
        for line in import_words.told(held):
            self.stdout.write(line)

    def _agreed(self, held: Summary, *, ask: bool) -> bool:
        """Tell what the file holds; ask where somebody can answer."""
        self._tell(held)
        if not ask or not sys.stdin.isatty():
            return True
        self.stdout.write(_("Import this? [y/N] "), ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes", "s", "si", "sí"}


def _report(done: import_file.Imported, rejects: Path) -> list[str]:
    money = [
        _("%(currency)s %(sold)s sold, %(refunded)s refunded, %(kept)s kept")
        % {
            "currency": currency, "sold": number(done.sold[currency]), "refunded": number(done.refunded[currency]),
            "kept": number(done.kept[currency]),
        }
        for currency in done.sold
    ]  # fmt: skip
    return [
        _("%(lines)s lines, %(anonymous)s without a customer.")
        % {"lines": number(done.lines), "anonymous": number(done.without_customer)},
        _("%(purchases)s purchases of %(buyers)s buyers; %(refunds)s people with refunds only.")
        % {
            "purchases": number(done.purchases), "buyers": number(done.buyers),
            "refunds": number(done.refund_only),
        },
        *money,
        _("New or changed: %(purchases)s purchases, %(refunds)s refunds. %(seconds)s s.")
        % {
            "purchases": number(done.new_purchases), "refunds": number(done.new_refunds), "seconds": done.seconds,
        },
        *_left_out(done, rejects),
    ]  # fmt: skip


def _left_out(done: import_file.Imported, rejects: Path) -> Iterator[str]:
    if done.known:
        yield _(
            "%(count)s orders left out: the host tells orders of these numbers itself. If they are other orders, say"
            " --foreign-numbers."
        ) % {"count": number(done.known)}
    if done.forgotten:
        yield _("%(count)s lines left out: their people were forgotten.") % {"count": number(done.forgotten)}
    if done.rejects:
        yield _("%(count)s lines could not be used: see %(file)s.") % {
            "count": number(done.rejects), "file": rejects.name,
        }  # fmt: skip

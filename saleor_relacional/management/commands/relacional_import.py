"""Import history from elsewhere."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import MISSING, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import import_file
from saleor_relacional.flows.importing.file_layout import Options
from saleor_relacional.flows.scoring import score
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
    "date_format": "format of dates as in strptime (default: ISO 8601)",
    "cancellation_prefix": "orders whose number begins so are money given back",
    "encoding": "encoding of the file (default: utf-8-sig)",
    "channel": "slug of the channel that the history is booked on (default: the only one with the currency)",
    "language": "language of the people, such as es",
    "refuse_known": "refuse the file if the host has one of its orders, instead of leaving those out",
    "example_addresses": "give people without an address one under .example, where no mail arrives",
    "consent": "text that these people agreed to, as the shop states",
    "decimal_comma": "amounts are written as 1.234,50",
    "foreign_numbers": "the order numbers are another system's: equal numbers of the shop's own are other orders",
    "rejects": "where to write rows that cannot be used (default: FILE.rejects.csv beside the file)",
}


class Command(BaseCommand):
    """The whole file or nothing; a second run doubles nothing."""

    help = (
        "Imports orders, or lines of orders, from a CSV or CSV.gz. Rows that cannot be read are left out and written to"
        " FILE.rejects.csv with line number and reason. The header `order,customer,placed_at,total` and that of the UCI"
        " Online Retail data are understood without options."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        for field in fields(Options):
            name = "--" + field.name.replace("_", "-")
            if field.type is bool:
                parser.add_argument(name, action="store_true", help=HELP[field.name])
            else:
                default = "" if field.default is MISSING else field.default
                parser.add_argument(name, default=default, help=HELP[field.name])

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        given = Options(**{field.name: options[field.name] for field in fields(Options)})
        try:
            with host.writing(), Bar(_("lines"), 0, self.stderr) as bar:
                done = import_file.import_file(options["file"], given, now=host.now(), progress=bar.at)
        except BadInput as error:
            raise CommandError(error.message) from error
        with host.writing():
            score.settle(host.now())
        for assumed in done.assumed:
            self.stdout.write(_("Assumed: %(what)s.") % {"what": assumed})
        for line in _report(done, import_file.rejects_of(options["file"], given)):
            self.stdout.write(line)


def _report(done: import_file.Imported, rejects: Path) -> list[str]:
    money = [
        _("%(currency)s %(sold)s sold, %(refunded)s refunded, %(kept)s kept")
        % {
            "currency": currency, "sold": _number(done.sold[currency]), "refunded": _number(done.refunded[currency]),
            "kept": _number(done.kept[currency]),
        }
        for currency in done.sold
    ]  # fmt: skip
    return [
        _("%(lines)s lines, %(anonymous)s without a customer.")
        % {"lines": _number(done.lines), "anonymous": _number(done.without_customer)},
        _("%(purchases)s purchases of %(buyers)s buyers; %(refunds)s people with refunds only.")
        % {
            "purchases": _number(done.purchases), "buyers": _number(done.buyers),
            "refunds": _number(done.refund_only),
        },
        *money,
        _("New or changed: %(purchases)s purchases, %(refunds)s refunds. %(seconds)s s.")
        % {
            "purchases": _number(done.new_purchases), "refunds": _number(done.new_refunds), "seconds": done.seconds,
        },
        *_left_out(done, rejects),
    ]  # fmt: skip


def _left_out(done: import_file.Imported, rejects: Path) -> Iterator[str]:
    if done.known:
        yield _(
            "%(count)s orders left out: the host tells orders of these numbers itself. If they are other orders, say"
            " --foreign-numbers."
        ) % {"count": _number(done.known)}
    if done.forgotten:
        yield _("%(count)s lines left out: their people were forgotten.") % {"count": _number(done.forgotten)}
    if done.rejects:
        yield _("%(count)s lines could not be used: see %(file)s.") % {
            "count": _number(done.rejects), "file": rejects.name,
        }  # fmt: skip


def _number(value: int | Decimal) -> str:
    """The number as the active language writes it."""
    return str(number_format(value, force_grouping=True))

"""Read the whole history of the shop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.ingest import sweep
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.management.progress import Bar
from saleor_relacional.management.settled import told


class Command(BaseCommand):
    """Resumable: interrupted, it goes on where it stood. Running it twice, or twice at once, doubles
    nothing."""

    help = (
        "Reads all customers, orders and checkouts of the shop, then learns it and scores whoever has news."
        " Safe to interrupt and to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=[kind.value for kind in FactKind], help="only this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        kinds = [FactKind(options["kind"])] if options["kind"] else list(FactKind)
        with host.writing():
            for kind in kinds:
                with Bar(_named(kind), host.count(kind), self.stderr) as bar:
                    swept = sweep.sync(kind, now=host.now(), progress=bar.at)
                self.stdout.write(_report(kind, swept))
            self.stdout.write(told(score.settle(host.now())))


def _named(kind: FactKind) -> str:
    return {
        FactKind.CUSTOMER: _("customers"),
        FactKind.ORDER: _("orders"),
        FactKind.CHECKOUT: _("checkouts"),
    }[kind]


def _report(kind: FactKind, swept: sweep.Swept) -> str:
    if swept.busy:
        return _("%(kind)s: another sync is reading them at this moment; it was left to it.") % {"kind": kind}
    done = swept.recorded
    return _(
        "%(kind)s: %(read)d read, %(written)d written, %(unchanged)d unchanged, %(forgotten)d kept out because their"
        " person was forgotten, %(gone)d gone."
    ) % {
        "kind": kind, "read": swept.read, "written": done.written, "unchanged": done.unchanged,
        "forgotten": done.forgotten, "gone": done.gone,
    }  # fmt: skip

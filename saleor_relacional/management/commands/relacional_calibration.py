"""`manage.py relacional_calibration`: predicted beside happened, on the shop's own past."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.learning import calibration, calibration_words
from saleor_relacional.flows.learning.calibration import Calibration, Measure


class Command(BaseCommand):
    help = "Show what was predicted beside what happened, by tenths of the prediction and by month."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=("en", "es"), help="speak this language")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or translation.get_language()), conf.host().writing():
            found = calibration.read()
            if found is None:
                raise CommandError(calibration_words.nothing())
            self._show(found)

    def _show(self, found: Calibration) -> None:
        self.stdout.write(calibration_words.basis(found))
        if caution := calibration_words.caution(found):
            self.stdout.write(self.style.WARNING(caution))
        if found.failed_at is not None:
            self.stdout.write(self.style.WARNING(calibration_words.failed(found)))
        for measure, correction in zip(found.measures, (found.level, found.orders_level, None), strict=True):
            self.stdout.write("\n" + self.style.MIGRATE_HEADING(calibration_words.title(measure)))
            self.stdout.write(calibration_words.bias(measure))
            if correction is not None:
                self.stdout.write(calibration_words.level(correction))
            self._table(_groups(measure))
            self._table(_months(measure))

    def _table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            cells = [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
            self.stdout.write("  " + "  ".join(cells))


def _groups(measure: Measure) -> list[tuple[str, ...]]:
    head = (_("tenth"), _("customers"), _("predicted"), _("happened"), _("interval"))
    return [head, *((str(one.number), *_cells(measure, one)) for one in measure.deciles)]


def _months(measure: Measure) -> list[tuple[str, ...]]:
    head = (_("month from"), _("customers"), _("predicted"), _("happened"), _("interval"))
    return [head, *((one.first.isoformat(), *_cells(measure, one)) for one in measure.months)]


def _cells(measure: Measure, one: calibration.Group | calibration.Month) -> tuple[str, ...]:
    predicted, happened, low, high = (
        calibration_words.amount(measure, value) for value in (one.predicted, one.happened, one.low, one.high)
    )
    return f"{one.customers:,}", predicted, happened, f"{low} – {high}"

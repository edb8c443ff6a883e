"""`manage.py relacional_doctor`: what this installation still lacks, each with its cure."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.operations import doctor, placement


class Command(BaseCommand):
    help = "Say what this installation still lacks, each with its cure. Exit code 1 while something stops us."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with conf.host().writing():
            found = doctor.findings(conf.host().now(), names=True)
            # Nothing can be read while our tables are not in place.
            share = None if placement.DISPLACED & {unmet.code for unmet in found} else doctor.history_share()
        if share is not None:
            self.stdout.write(_("History read: %(percent)d %%") % {"percent": int(share * 100)})
        for unmet in found:
            sign = self.style.ERROR("✗") if unmet.fatal else self.style.WARNING("!")
            self.stdout.write(f"{sign} {unmet.code}: {unmet.problem}\n    → {unmet.cure}")
        if not found:
            self.stdout.write(self.style.SUCCESS(_("Nothing is missing.")))
        if any(unmet.fatal for unmet in found):
            sys.exit(1)

"""`manage.py relacional_health`: how the machine is, in words. Exit code 1 while there is something to do."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.operations import health


class Command(BaseCommand):
    help = "Say what runs late, what waits and what went wrong. Exit code 1 while there is something to do."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with conf.host().writing():
            found = health.health(conf.host().now())
        for sweep in found.sweeps:
            self.stdout.write(f"{sweep.kind}: {_age(sweep)}")
        self.stdout.write(_("Messages that are due and wait: %(count)d") % {"count": found.due_touches})
        for each in found.errors:
            self.stdout.write(f"{each.place}: {each.kind} × {each.count} ({each.last_at:%Y-%m-%d %H:%M})")
        for problem in found.problems:
            self.stdout.write(
                self.style.ERROR(f"✗ {problem.code}: ") + f"{problem.problem}\n    → {problem.cure}"
            )
        if not found.healthy:
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS(_("All is well.")))


def _age(sweep: health.Sweep) -> str:
    if sweep.age is None:
        return _("never read to the end")
    return _("read to the end %(age)s ago") % {"age": health.in_words(sweep.age)}

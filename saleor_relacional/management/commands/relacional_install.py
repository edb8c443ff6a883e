"""`manage.py relacional_install`: take our place in the shop's dashboard now, not when Celery beat does."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from saleor_relacional import conf


class Command(BaseCommand):
    help = "Put our pages into the shop's dashboard, once, and say what is still missing. Celery beat does so too."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        with host.writing():
            host.move_in()
        call_command("relacional_doctor", stdout=self.stdout)

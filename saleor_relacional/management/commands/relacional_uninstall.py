"""`manage.py relacional_uninstall`: end every voucher of ours and take away what we made in the shop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from saleor_relacional import conf, routers
from saleor_relacional.flows.operations import uninstall


class Command(BaseCommand):
    help = "End vouchers, stop mails, remove app, timetable and permission; then: pip uninstall saleor-relacional."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do it without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError(
                "This ends every voucher that customers hold. Run it again with --yes to do it."
            )
        with conf.host().writing():
            left = uninstall.uninstall(conf.host().now())
        self.stdout.write(
            f"{left.campaigns} campaigns paused, {left.touches} mails stopped, {left.incentives} incentives and"
            f" {left.vouchers} vouchers ended."
        )
        self.stdout.write(
            "Our pages, timetable and permission are gone from the shop. Our tables are still there."
            f" To drop them: {' && '.join(_dropping())}."
            " Then: pip uninstall saleor-relacional, and restart."
        )


def _dropping() -> list[str]:
    """One command per database that holds tables of ours."""
    command = "manage.py migrate saleor_relacional zero"
    if not routers.apart():
        return [command]
    return [f"{command} --database={alias}" for alias in sorted({conf.HOST_DATABASE, conf.database()})]

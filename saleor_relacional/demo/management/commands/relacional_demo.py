"""`make demo`: the command behind it. What happens is in docs/demo.md."""

import json
import os
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.demo import afterwards, furnish, pictures, shopkeeping, site
from saleor_relacional.demo.mailbox import smtp
from saleor_relacional.demo.mailbox.mailbox import Mailbox
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.demo.shoppers import shopper_processes
from saleor_relacional.demo.story import Story, history_of
from saleor_relacional.demo.terminal import Terminal
from saleor_relacional.demo.worker import own_queue, working
from saleor_relacional.hosts.standalone import clock

INTERRUPTED = 130
"""What a shell says of a command that Ctrl-C ended."""


class Command(BaseCommand):
    help = "Import a history, understand it, and live it forward with the win-back campaign on."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--orders", default="", help="CSV or CSV.gz; else the example history, else a simulated shop"
        )
        parser.add_argument("--days", type=int, default=60, help="days to live forward")
        parser.add_argument(
            "--once", action="store_true", help="end with one line of JSON instead of serving"
        )
        parser.add_argument(
            "--pictures",
            default="",
            help="a folder: end with pictures of the owner's desk instead of serving",
        )
        parser.add_argument("--language", default="en", choices=["en", "es"])

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # being told to end is Ctrl-C
        try:
            with (
                translation.override(options["language"]),
                tempfile.TemporaryDirectory(prefix="relacional-demo-") as own,
            ):
                self._live(Path(own), options)
        except DemoProblem as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)

    def _live(self, own: Path, options: dict[str, Any]) -> None:
        began = time.perf_counter()
        if not 1 <= options["days"] <= 365:
            raise DemoProblem(f"The demo lives 1 to 365 days, not {options['days']}: make demo DAYS=60.")
        terminal = Terminal()
        terminal.say(_("A shop's customers, understood and won back. Starting …"))
        past = history_of(options["orders"], own)
        _migrate()
        furnish.must_be_empty()
        mailbox = Mailbox(own / "mails")
        port = site.free_port()
        url = f"http://{site.HOST}:{port}"
        with smtp.listening(mailbox) as (mail_host, mail_port):
            _point_at(mailbox, PUBLIC_URL=url, EMAIL_HOST=mail_host, EMAIL_PORT=mail_port)
            with site.serving(port), shopper_processes() as shoppers, working(own) as worker:
                shoppers.get_ready()
                story = Story(
                    terminal=terminal,
                    worker=worker,
                    shoppers=shoppers,
                    mailbox=mailbox,
                    url=url,
                    days=options["days"],
                    began=began,
                )
                numbers = story.tell(past)
                if options["pictures"]:
                    clock.let_run()
                    owner = shopkeeping.owner_token()
                    pictures.take(terminal, url, owner, Path(options["pictures"]), options["language"])
                elif options["once"]:
                    terminal.line()
                    terminal.line(json.dumps(numbers))
                else:
                    afterwards.serve(terminal, url, mailbox, worker)


def _point_at(mailbox: Mailbox, **places: str | int) -> None:
    """Here, and in the processes that we are about to start. Known only now; nothing has read them yet."""
    for name, value in {**places, "MAILBOX": mailbox}.items():
        setattr(settings, name, value)
    os.environ.update({name: str(value) for name, value in places.items()}, **own_queue())


def _migrate() -> None:
    try:
        for alias in sorted({conf.HOST_DATABASE, conf.database()}):
            call_command("migrate", database=alias, verbosity=0, interactive=False)
    except OperationalError as error:
        raise DemoProblem(f"The database does not answer ({error}). Is DATABASE_URL right?") from error

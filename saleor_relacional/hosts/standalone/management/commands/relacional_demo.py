"""`make demo`: see saleor_relacional/hosts/standalone/demo."""

import json
import signal
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from saleor_relacional.hosts.standalone import mailbox_server
from saleor_relacional.hosts.standalone.demo import afterwards, furnish, site
from saleor_relacional.hosts.standalone.demo.problem import DemoProblem
from saleor_relacional.hosts.standalone.demo.story import Story, history_of
from saleor_relacional.hosts.standalone.demo.terminal import Terminal
from saleor_relacional.hosts.standalone.demo.worker import working
from saleor_relacional.hosts.standalone.mailbox import Mailbox


class Command(BaseCommand):
    help = "Import a history, understand it, and live it forward with the win-back campaign on."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--orders", default="", help="CSV or CSV.gz; else the example history, else a simulated shop")
        parser.add_argument("--days", type=int, default=60, help="days to live forward")
        parser.add_argument("--once", action="store_true", help="end with one line of JSON instead of serving")
        parser.add_argument("--language", default="en", choices=["en", "es"])

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # being told to end is Ctrl-C
        try:
            with translation.override(options["language"]), tempfile.TemporaryDirectory(prefix="relacional-demo-") as own:
                self._live(Path(own), options)
        except DemoProblem as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.stdout.write("\nEnded.")

    def _live(self, own: Path, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= 365:
            raise DemoProblem(f"The demo lives 1 to 365 days, not {options['days']}: make demo DAYS=60.")
        past = history_of(options["orders"], own)
        _migrate()
        furnish.must_be_empty()
        mailbox = Mailbox(own / "mails")
        port = site.free_port()
        url = f"http://{site.HOST}:{port}"
        with mailbox_server.listening(mailbox) as (mail_host, mail_port):
            ours = {"PUBLIC_URL": url, "EMAIL_HOST": mail_host, "EMAIL_PORT": mail_port, "MAILBOX": mailbox}
            for name, value in ours.items():
                setattr(settings, name, value)  # known only now; nothing has read them yet
            environment = {name: str(value) for name, value in ours.items() if name != "MAILBOX"}
            with site.serving(port), working(own, environment) as worker:
                terminal = Terminal()
                story = Story(terminal=terminal, worker=worker, mailbox=mailbox, url=url, days=options["days"])
                numbers = story.tell(past)
                if options["once"]:
                    terminal.line()
                    terminal.line(json.dumps(numbers))
                else:
                    afterwards.serve(terminal, url, mailbox, worker)


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise DemoProblem(f"The database does not answer ({error}). Is DATABASE_URL right?") from error

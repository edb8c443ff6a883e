"""The shop's doors: links for the owner and into the mailbox as soon as it opens; after the last day, when it stays
open, one for a customer too."""

import contextlib
import threading
from collections.abc import Sequence
from urllib.parse import quote

from django.utils.translation import gettext as _
from graphene.relay import Node

from saleor_relacional.demo import shopkeeping
from saleor_relacional.demo.days import MORNING
from saleor_relacional.demo.mailbox.mailbox import Mail, Mailbox
from saleor_relacional.demo.terminal import Terminal
from saleor_relacional.demo.worker import Worker
from saleor_relacional.hosts.standalone import callers, clock
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.hosts.standalone.shop import accounts
from saleor_relacional.models import Incentive, IncentiveState

OWNER_ASKS = """{ relationshipCampaigns(first: 5) { edges { node { name state } } } }"""
TIMETABLE_SECONDS = 60
CUSTOMER_ASKS = """{ me { email relationship { stage since offers { code kind value expiresAt } } } }"""


def tell_links(terminal: Terminal, url: str) -> None:
    """Print the links to what can be looked at while the days go by."""
    owner = shopkeeping.owner_token()
    terminal.heading(_("The shop is open: look in while it lives on"))
    _print(terminal, _owners(url, owner))


def serve(terminal: Terminal, url: str, mailbox: Mailbox, worker: Worker) -> None:
    """Print the links and wait for Ctrl-C. Clock, worker and timetable run on, so that what one does has its
    consequences."""
    _print_links(terminal, url, mailbox)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            threading.Event().wait(TIMETABLE_SECONDS)
            for tasks in MORNING:
                worker.run(*tasks)
    terminal.line()
    terminal.line(_("Closed."))


def _print_links(terminal: Terminal, url: str, mailbox: Mailbox) -> None:
    clock.let_run()
    mail = _with_a_live_offer(mailbox)
    owner = shopkeeping.owner_token()
    rows = _owners(url, owner)
    if mail is not None:
        customer = account_of(mail.recipient)
        rows += [
            (_("as the owner: the card of one customer"), _card(url, owner, str(customer.pk))),
            (_("one customer's mail"), f"{url}/mailbox/{mail.number}/"),
            (_("as that customer: ask the API"), _question(url, callers.token_for(customer), CUSTOMER_ASKS)),
            (_("as that customer: unsubscribe"), mail.way_out),
        ]
    terminal.heading(_("The shop is open, until Ctrl-C"))
    _print(terminal, rows)


def account_of(address: str) -> Customer:
    """The account of whoever got the mail: theirs, where they have opened one, else one that is opened now."""
    known = Customer.objects.filter(email=address.strip().lower()).first()
    return known or accounts.register(address, None, first_name="Carmen", confirmed=True)


def _owners(url: str, owner: str) -> list[tuple[str, str]]:
    return [
        (_("as the owner: the desk, from Home on"), f"{url}/dashboard/#token={quote(owner)}"),
        (_("as the owner: who is slipping and what we would do"), _page(url, owner, "slipping")),
        (_("as the owner: what is still to be set up"), _page(url, owner, "checklist")),
        (_("as the owner: how good our predictions were"), _page(url, owner, "calibration")),
        (_("as the owner: ask the API"), _question(url, owner, OWNER_ASKS)),
        (_("the mails as they were sent"), f"{url}/mailbox/"),
    ]


def _print(terminal: Terminal, rows: Sequence[tuple[str, str]]) -> None:
    for name, link in rows:
        terminal.line(f"  {name}")
        terminal.line(f"    {link}")


def _page(url: str, owner: str, name: str) -> str:
    return f"{url}/dashboard/#token={quote(owner)}&at={quote(f'/dashboard/{name}')}"


def _card(url: str, owner: str, customer: str) -> str:
    at = f"/customers/{quote(Node.to_global_id('User', customer), safe='')}"
    return f"{url}/dashboard/#token={quote(owner)}&at={quote(at)}"


def _question(url: str, token: str, query: str) -> str:
    return f"{url}/graphql/#token={quote(token)}&query={quote(query)}"


def _with_a_live_offer(mailbox: Mailbox) -> Mail | None:
    """The mail to the customer with the highest year value whose code can still be used: they have a history to
    look at. Else the latest mail."""
    live = Incentive.objects.filter(state=IncentiveState.ISSUED)
    code = live.order_by("-enrolment__year_value").values_list("code", flat=True).first()
    mails = (mailbox.read(number) for number in range(len(mailbox), 0, -1)) if code else ()
    return next((mail for mail in mails if mail and mail.code == code), None) or mailbox.read(len(mailbox))

"""A test mail: a message as it would arrive, to the address of whoever of the staff asks, and to nobody else."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.emails import message
from saleor_relacional.errors import Refused
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.messages.fault_words import BadTemplate
from saleor_relacional.flows.sending import preview
from saleor_relacional.flows.sending.mail_server.smtp_answers import SubmissionResult
from saleor_relacional.flows.sending.mail_server.transport import Session
from saleor_relacional.flows.sending.preview import Asked

MOST = 30
"""Per hour and member of staff."""


def send(asked: Asked, *, account: str | None, now: datetime) -> None:
    """Hand one test mail to the mail server. `account`: of whoever asks.

    Raises Refused where they are no member of staff with an address, where the channel has no sender, after too many of
    them, and where the mail server does not take it; BadTemplate where the words are at fault.
    """
    address = message.deliverable(conf.host().staff_address(account)) if account else None
    if not address:
        raise Refused(
            _("Test mails go to the address of your own staff account, and it has none."), code="NOT_STAFF"
        )
    named = preview.sender_of(asked.channel)
    if named is None:
        raise Refused(_("Name a sender for this channel first."), code="NO_SENDER", field="channel")
    if not conf.mail_server():
        raise Refused(_("Configure a mail server first (Django's EMAIL settings)."), code="NO_MAIL_SERVER")
    shown = preview.preview(asked, now)
    if shown.mailed is None:
        raise BadTemplate(shown.faults)
    if not limit.allowed("trial_mail", f"staff:{account}", most=MOST, per=timedelta(hours=1), now=now):
        raise Refused(_("That were many test mails: try again in a few minutes."), code="TOO_MANY")
    mail = message.build(
        shown.mailed,
        sender=message.Sender(
            name=named.name,
            address=named.address,
            reply_to=named.reply_to,
            postal_address=named.postal_address,
        ),
        recipient=address,
        unsubscribe_url=None,
        message_id=f"<test.{uuid4().hex}@{named.address.rpartition('@')[2]}>",
    )
    mail.subject = f"[{_('Test')}] {mail.subject}"
    with Session() as session:
        taken = session.ready() and session.hand_over(mail).result is SubmissionResult.ACCEPTED
    if not taken:
        raise Refused(_("The mail server did not take it."), code="NO_MAIL_SERVER")

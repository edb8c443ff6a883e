"""Staff start sending again, at once or after a mail to the shop's own address has been taken."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from saleor_relacional.errors import Refused
from saleor_relacional.flows import policy
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.sending.mail_server.smtp_answers import SubmissionResult
from saleor_relacional.flows.sending.mail_server.transport import Session
from saleor_relacional.models import MailProvider


def restart(now: datetime, *, with_test: bool) -> MailProvider:
    """Go on. `with_test`: only if the mail server takes a mail to the shop's own address, where answers go. Raises
    Refused with the server's answer while it does not."""
    if with_test:
        _test()
    return providers.restart(now)


def _test() -> None:
    sender = next(iter(policy.senders().values()), None)
    if sender is None:
        raise Refused(_("Nobody is named in whose name mails leave."), code="NO_SENDER")
    mail = EmailMessage(
        subject=_("Test: may our mails leave again?"),
        body=_("Somebody of your shop asked for this mail to see whether the mail server takes mails again."),
        from_email=sender.address,
        to=[sender.reply_to or sender.address],
    )
    with Session() as session:
        if not session.ready():
            raise Refused(_("The mail server cannot be reached."), code="MAIL_SERVER", field="withTest")
        answer = session.hand_over(mail)
    if answer.result is not SubmissionResult.ACCEPTED:
        raise Refused(
            _("The mail server does not take a test mail: %(answer)s.") % {"answer": answer.reason},
            code="MAIL_SERVER", field="withTest",
        )  # fmt: skip

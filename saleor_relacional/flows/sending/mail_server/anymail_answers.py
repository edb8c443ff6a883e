"""What a provider of django-anymail answers, in the words of a mail server. Without the extra nothing here applies.

| answer | becomes |
|--------|---------|
| queued, sent | accepted |
| the recipient is invalid, or on the provider's own list of suppressed addresses | failed |
| HTTP 401, 403 | sending stops |
| HTTP 425, 429, 5xx | waits, longer each time |
| HTTP 408, 502, 504: whoever stands before the provider got no answer in time | unknown: it may have been taken |
| other HTTP 4xx, a mail that cannot be told | failed |
| no answer, or none that says no | unknown |
"""

from typing import Any

from django.core.mail import EmailMessage

from saleor_relacional.flows.sending.mail_server.smtp_answers import Submission, SubmissionResult

try:
    from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
except ImportError:
    ERRORS: tuple[type[Exception], ...] = ()
else:
    ERRORS = (AnymailError,)

GONE_ON = frozenset({"queued", "sent"})
NOT_NOW = frozenset({425, 429})
MAY_HAVE_TAKEN = frozenset({408, 502, 504})


def read(error: Any) -> Submission:
    """The meaning of an error of anymail's."""
    if isinstance(error, AnymailRecipientsRefused):
        return Submission(result=SubmissionResult.REFUSED, reason="recipient_refused", refused=True)
    if not isinstance(error, AnymailAPIError):
        return Submission(result=SubmissionResult.REFUSED, reason="cannot_be_told")
    status = error.status_code
    if status is None:
        return Submission(result=SubmissionResult.UNKNOWN, reason="no_answer")
    reason = f"http_{status}"
    if status in (401, 403):
        return Submission(result=SubmissionResult.STOP, reason=reason, refused=True)
    if status in MAY_HAVE_TAKEN or status < 400:
        return Submission(result=SubmissionResult.UNKNOWN, reason=reason)
    if status in NOT_NOW or status >= 500:
        return Submission(result=SubmissionResult.LATER, reason=reason)
    return Submission(result=SubmissionResult.REFUSED, reason=reason, refused=True)


def accepted(mail: EmailMessage, count: int | None) -> Submission:
    """What a backend that raised nothing has done."""
    told = getattr(mail, "anymail_status", None)
    statuses = getattr(told, "status", None)
    if statuses and not statuses & GONE_ON:
        return Submission(result=SubmissionResult.REFUSED, reason=min(statuses), refused=True)
    if not count:
        return Submission(result=SubmissionResult.UNKNOWN, reason="not_confirmed")
    called = getattr(told, "message_id", None)
    return Submission(
        result=SubmissionResult.ACCEPTED, provider_id=called[:200] if isinstance(called, str) else ""
    )

"""Whether mails leave, and why not."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.sending.mail_server import providers


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """How the mail server stands, as an owner reads it."""

    stopped_at: datetime | None
    why: str
    sent_today: int
    most_today: int | None


def state(now: datetime) -> ServerState:
    """Of the mail server in use."""
    provider, today = providers.current(now), now.astimezone(conf.time_zone()).date()
    return ServerState(
        stopped_at=provider.stopped_at, why=_why(provider.stop_reason),
        sent_today=providers.sent_today(now), most_today=providers.day_limit(provider, today),
    )  # fmt: skip


def _why(reason: str) -> str:
    if reason == providers.TEN_REFUSALS:
        return _("ten mails in a row were refused")
    return _("the mail server answered %(answer)s") % {"answer": reason} if reason else ""

"""A fresh link for whoever opened one of ours that is too old.

It is mailed to the address that we know of the person whose link it was, so an old mail in strange hands opens nothing.
Whoever asks learns nothing: a forged link, somebody who was forgotten, a mail that went out a minute ago and one that
is on its way are answered alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import Refused
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.consent.links import Purpose
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.sending import service
from saleor_relacional.flows.sending.service import Link
from saleor_relacional.models import Basket, BasketState, Purchase

PER_NETWORK = (20, timedelta(hours=1))
"""Fresh links that one address of the network asks for."""
EVERY = timedelta(minutes=15)
"""At most one mail to a person in this time, whatever its link opens."""
WITHIN = timedelta(hours=24)
"""A mail that could not leave by then is not sent any more: whoever waits for it has given up."""
LASTS = {
    Purpose.PAGE: links.PAGE_WITHIN, Purpose.FEEDBACK: links.TELLS_WITHIN, Purpose.CHECKOUT: links.BACK_WITHIN,
}  # fmt: skip
"""Links that end, and when: those that a fresh one can be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What a link of ours opened."""

    purpose: Purpose
    whose: UUID
    about: int | None = None
    """Our key of the order, or of the basket."""


def ask(token: str, *, who: str, now: datetime) -> None:
    """Mail a fresh link to the person of this one, where there is one to write to. `who`: whose computer asks, as the
    network tells. Raises Refused (TOO_OFTEN) for whoever asks too often, and says nothing else."""
    most, per = PER_NETWORK
    if not limit.allowed("fresh_link", who, most=most, per=per, now=now):
        raise Refused(_("That was asked too often. Try again in an hour."), code="TOO_OFTEN")
    opened = _read(token, now)
    if opened is None or not conf.host().active():
        return
    with sql.atomic():
        profile = links.profile_of(opened.whose)
        if profile is None or not locks.lock_people([profile.pk], Hold.STAY):
            return  # forgotten, or merged this very moment: they ask again
        if not limit.allowed("fresh_link_mail", str(profile.public_id), most=1, per=EVERY, now=now):
            return
        again: Link = (opened.purpose, profile.public_id)
        if opened.about is not None:
            again = (opened.purpose, profile.public_id, opened.about)
        service.enqueue(
            profile=profile, message="fresh_link", key=f"fresh link {uuid4()}", now=now, expires_at=now + WITHIN,
            occasion={"opens": str(opened.purpose), "days": LASTS[opened.purpose].days}, links={"fresh": again},
        )  # fmt: skip


def _read(token: str, now: datetime) -> _Opened | None:
    """What this link opens, old or not; None for one that we did not sign, or that opens nothing any more."""
    if named := links.who_opens(token, now):
        return _Opened(purpose=Purpose.PAGE, whose=named[0])
    if told := links.who_tells(token, now):
        whose, order, _works = told
        known = order is None or Purchase.objects.filter(pk=order).exists()
        return _Opened(purpose=Purpose.FEEDBACK, whose=whose, about=order) if known else None
    if back := links.which_checkout(token, now):
        basket = Basket.objects.select_related("profile").filter(pk=back[0]).first()
        if basket and basket.profile and basket.filled and basket.state == BasketState.OPEN:
            return _Opened(purpose=Purpose.CHECKOUT, whose=basket.profile.public_id, about=basket.pk)
    return None

"""Signed links that work without a login. A link holds a public id and what it is for; the signature is
the permission.

Signed with the site's SECRET_KEY: a link in an old mail works as long as that key is kept, or stands in
SECRET_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner

from saleor_relacional import conf
from saleor_relacional.models import Profile

UNDO_WITHIN = timedelta(hours=1)
"""How long whoever left by mistake may take it back."""
BACK_WITHIN = timedelta(days=14)
"""How long a mail leads back to a checkout, on the shop's clock."""
PAGE_WITHIN = timedelta(days=90)
"""How long a mail opens its reader's own page, on the shop's clock. It shows what they bought, and mails are forwarded
and mailboxes change hands; leaving, which shows nothing, never ends."""

_HELD = "~"
"""Between the parts of a stay token."""
TELLS_WITHIN = timedelta(days=60)
"""How long a mail lets its reader tell us something, on the shop's clock."""


class Purpose(StrEnum):
    """What a link permits. A link made for one purpose is refused for another."""

    LEAVE = "leave"
    """End the mails to this person. Works for ever, because the mail that holds it lasts."""
    FEEDBACK = "feedback"
    """Tell the shop something, also about one order. Works for sixty days."""
    STAY = "stay"
    """Take the leaving back. Works for an hour, and stands only on the page that answered it."""
    CHECKOUT = "checkout"
    """Go on with a checkout that was left. Works for two weeks."""
    PAGE = "page"
    """Read and change what the shop holds of this person. Works for ninety days."""
    ERASE = "erase"
    """Be forgotten. Works for an hour, and stands only on the page that asks whether they are sure."""
    NEWSLETTER = "newsletter"
    """Confirm a signup for the newsletter. Works as long as the signup waits for it: a week."""


def leave_url(public_id: UUID) -> str:
    """Address of the page behind a mail's unsubscribe link; a POST to it is the one click of RFC 8058."""
    return f"{conf.host().public_url()}/leave/{leave_token(public_id)}/"


URLS: Mapping[str, Callable[[UUID, datetime, int | None], str]] = {
    Purpose.LEAVE: lambda public_id, now, about: leave_url(public_id),
    Purpose.PAGE: lambda public_id, now, about: page_url(public_id, now),
    Purpose.FEEDBACK: lambda public_id, now, about: feedback_url(public_id, now, about),
    Purpose.CHECKOUT: lambda public_id, now, about: checkout_url(about or 0, now),
    Purpose.NEWSLETTER: lambda public_id, now, about: newsletter_url(public_id),
}
"""Purpose → address of its page for a public id, signed at a moment: the links that a service message may have. What it
is about, where it is about something, is our own key of the order or of the basket."""


def leave_token(public_id: UUID) -> str:
    """The signed token in that address."""
    return _signer(Purpose.LEAVE).sign(_short(public_id))


def stay_token(public_id: UUID, held: Iterable[str] = ()) -> str:
    """The signed and dated token on the page that answered the leaving, for whoever left by mistake. `held`: what we
    might write to them about until then, which is all that taking it back gives again."""
    return _timed(Purpose.STAY).sign(_HELD.join([_short(public_id), *held]))


def who_leaves(token: str) -> UUID | None:
    """Public id of the person who leaves; None for a token that is forged, cut off or made for something else."""
    try:
        return _long(_signer(Purpose.LEAVE).unsign(token))
    except (BadSignature, BadBase64, ValueError):
        return None


def who_stays(token: str) -> UUID | None:
    """Public id of the person who stays; None for such a token, or for one older than an hour."""
    return _stays(token)[0]


def held_before(token: str) -> Sequence[str]:
    """What such a token gives again."""
    return _stays(token)[1]


def _stays(token: str) -> tuple[UUID | None, Sequence[str]]:
    try:
        whose, *held = _timed(Purpose.STAY).unsign(token, max_age=UNDO_WITHIN).split(_HELD)
        return _long(whose), held
    except (BadSignature, BadBase64, ValueError):
        return None, ()


def feedback_url(public_id: UUID, now: datetime, purchase: int | None = None) -> str:
    """Address of the page on which somebody tells us something; `purchase`: our own key of the order it is about."""
    token = _signer(Purpose.FEEDBACK).sign(f"{_short(public_id)}-{purchase or 0}-{int(now.timestamp())}")
    return f"{conf.host().public_url()}/feedback/{token}/"


def who_tells(token: str, now: datetime) -> tuple[UUID, int | None, bool] | None:
    """The public id of whoever tells, the order it is about, and whether the link still works at `now`; None for a
    token that is forged, cut off or made for something else."""
    try:
        public_id, purchase, made = _signer(Purpose.FEEDBACK).unsign(token).rsplit("-", 2)
        works = now - datetime.fromtimestamp(int(made), UTC) <= TELLS_WITHIN
        return _long(public_id), int(purchase) or None, works
    except (BadSignature, BadBase64, ValueError):
        return None


def newsletter_url(public_id: UUID) -> str:
    """Address of the page that confirms a signup, named by its public id."""
    return f"{conf.host().public_url()}/newsletter/{_signer(Purpose.NEWSLETTER).sign(_short(public_id))}/"


def which_signup(token: str) -> UUID | None:
    """Public id of the signup; None for a token that is forged, cut off or made for something else."""
    try:
        return _long(_signer(Purpose.NEWSLETTER).unsign(token))
    except (BadSignature, BadBase64, ValueError):
        return None


def checkout_url(basket: int, now: datetime) -> str:
    """Address of the page that leads back to a checkout, named by our own key of it: the host's would open it."""
    token = _signer(Purpose.CHECKOUT).sign(f"{basket}-{int(now.timestamp())}")
    return f"{conf.host().public_url()}/checkout/{token}/"


def which_checkout(token: str, now: datetime) -> tuple[int, bool] | None:
    """The basket that a link leads back to, and whether the link still works at `now`; None for a token that is forged,
    cut off or made for something else."""
    try:
        basket, _, made = _signer(Purpose.CHECKOUT).unsign(token).partition("-")
        return int(basket), now - datetime.fromtimestamp(int(made), UTC) <= BACK_WITHIN
    except (BadSignature, ValueError):
        return None


def page_url(public_id: UUID, now: datetime) -> str:
    """Address of the person's own page: what we hold of them, and what they ask of us."""
    return f"{conf.host().public_url()}/page/{page_token(public_id, now)}/"


def page_token(public_id: UUID, now: datetime) -> str:
    """The signed token in that address, dated `now`."""
    return _signer(Purpose.PAGE).sign(f"{_short(public_id)}-{int(now.timestamp())}")


def who_opens(token: str, now: datetime) -> tuple[UUID, bool] | None:
    """The public id of whose page a link opens, and whether it still does at `now`; None for a token that is forged,
    cut off or made for something else."""
    try:
        public_id, _, made = _signer(Purpose.PAGE).unsign(token).rpartition("-")
        return _long(public_id), now - datetime.fromtimestamp(int(made), UTC) <= PAGE_WITHIN
    except (BadSignature, BadBase64, ValueError):
        return None


def erase_token(public_id: UUID) -> str:
    """The signed and dated token on the page that asks whether somebody is sure."""
    return _timed(Purpose.ERASE).sign(_short(public_id))


def who_erases(token: str) -> UUID | None:
    """Public id of the person who is sure; None for any other token, or for one older than an hour."""
    try:
        return _long(_timed(Purpose.ERASE).unsign(token, max_age=UNDO_WITHIN))
    except (BadSignature, BadBase64, ValueError):
        return None


def profile_of(public_id: UUID) -> Profile | None:
    """The profile behind a link, or the one it was merged into; None when they were forgotten."""
    profile = Profile.objects.filter(public_id=public_id).first()
    seen: set[int] = set()
    while profile is not None and profile.merged_into_id and profile.pk not in seen:
        seen.add(profile.pk)
        profile = Profile.objects.filter(pk=profile.merged_into_id).first()
    return profile


def _short(public_id: UUID) -> str:
    return urlsafe_b64encode(public_id.bytes).decode().rstrip("=")


def _long(text: str) -> UUID:
    return UUID(bytes=urlsafe_b64decode(text + "=="))


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=f"saleor_relacional.{purpose}", sep=".")


def _timed(purpose: Purpose) -> TimestampSigner:
    return TimestampSigner(salt=f"saleor_relacional.{purpose}", sep=".")

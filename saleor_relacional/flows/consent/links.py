"""Signed links that work without a login. A link holds a public id and what it is for; the signature is
the permission.

Signed with the site's SECRET_KEY: a link in an old mail works as long as that key is kept, or stands in
SECRET_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner

from saleor_relacional import conf
from saleor_relacional.models import Profile

UNDO_WITHIN = timedelta(hours=1)


class Purpose(StrEnum):
    """What a link permits. One made for one purpose is worth nothing for another."""

    LEAVE = "leave"
    """End the mails to this person. For ever, as the mail it stands in."""
    STAY = "stay"
    """Take it back. For an hour, and only on the page that answered the leaving."""


def leave_url(public_id: UUID) -> str:
    """The page, and the one-click address of RFC 8058, behind a mail's unsubscribe link."""
    return f"{conf.host().public_url()}/leave/{leave_token(public_id)}/"


def leave_token(public_id: UUID) -> str:
    """What stands in the link."""
    return _signer(Purpose.LEAVE).sign(_short(public_id))


def stay_token(public_id: UUID) -> str:
    """What stands on the page that answered, for whoever left by mistake."""
    return _timed(Purpose.STAY).sign(_short(public_id))


def who_leaves(token: str) -> UUID | None:
    """The person; None for a token that is forged, cut off or made for something else."""
    try:
        return _long(_signer(Purpose.LEAVE).unsign(token))
    except (BadSignature, BadBase64, ValueError):
        return None


def who_stays(token: str) -> UUID | None:
    """The same, for an hour."""
    try:
        return _long(_timed(Purpose.STAY).unsign(token, max_age=UNDO_WITHIN))
    except (BadSignature, BadBase64, ValueError):
        return None


def profile_of(public_id: UUID) -> Profile | None:
    """The person behind a link, whoever they were merged into; None when they were forgotten."""
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

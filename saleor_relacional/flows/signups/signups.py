"""Signing up for the newsletter: an address is typed, a mail asks whether that was them, a button confirms it.

Until it is confirmed it is no consent, and nothing but that one mail leaves. Whoever asks gets the same answer in the
same time, whether or not anybody is known by the address: only a row is written, and a task sees to the rest.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.emails import message
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import consent_texts, input_validation
from saleor_relacional.flows.consent import consent, purposes
from saleor_relacional.flows.limits import limit, mailbox
from saleor_relacional.flows.people import identify, tombstones
from saleor_relacional.flows.scoring import stale
from saleor_relacional.flows.sending import service
from saleor_relacional.models import Basis, ConsentPlace, Profile, Purpose, Signup

CONFIRM_WITHIN = timedelta(days=7)
PER_NETWORK = (20, timedelta(hours=1))
"""Signups from one address of the network."""
PER_ADDRESS = (3, timedelta(days=1))
"""Mails that ask one mailbox for a confirmation, by whatever addresses of it."""
NEWSLETTER, CHECKOUT = "newsletter", "checkout"
"""Where somebody signed up."""

_UNINVITED = f"""
SELECT id FROM {tables.SIGNUP} WHERE invited_at IS NULL ORDER BY asked_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_CONFIRM = f"""
UPDATE {tables.SIGNUP} SET confirmed_at = %(now)s
WHERE public_id = %(of)s AND confirmed_at IS NULL AND expires_at > %(now)s AND invited_at IS NOT NULL
"""
_EXPIRED = f"""
SELECT id, profile_id, made_profile FROM {tables.SIGNUP}
WHERE confirmed_at IS NULL AND expires_at <= %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
_NOBODY = f"""
SELECT p.id FROM {tables.PROFILE} p WHERE p.id = ANY(%s) AND p.joined_at IS NULL
  AND NOT EXISTS (SELECT FROM {tables.IDENTITY} i WHERE i.profile_id = p.id AND i.kind = 'account')
  AND NOT EXISTS (SELECT FROM {tables.PURCHASE} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.BASKET} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.CONSENT} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.CONTACT} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.ENROLMENT} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.SIGNUP} x WHERE x.profile_id = p.id)
  AND NOT EXISTS (SELECT FROM {tables.PROFILE} x WHERE x.merged_into_id = p.id)
"""
"""Those of them of whom nothing is known but an address that never answered."""


def ask(
    email: str, *, who: str, text: str, now: datetime, language: str = "", channel: str = "",
    wanted: Iterable[str] | None = None,
) -> None:  # fmt: skip
    """Sign an address up. `who`: whose computer asks, as the network tells. `text`: the words that were agreed to, or
    the key of the shop's own (consent_texts.Words.key).

    Raises BadInput for what can be no address, or without words, and Refused (TOO_OFTEN) for whoever asks too often:
    neither depends on who is known.
    """
    typed = tombstones.mailbox(email)
    if typed is None or message.deliverable(email.strip()) is None or len(email.strip()) > 254:
        raise BadInput(_("Give an e-mail address, such as ana@example.com."), field="email")
    told = input_validation.words(text, field="text")
    if not told:
        raise BadInput(
            _("Say what they agree to, in the words that they read."), code="REQUIRED", field="text"
        )
    about = purposes.named(wanted)
    if not set(about) <= set(purposes.SELLING):
        raise BadInput(_("A newsletter is about CONTENT, OFFERS, or both."), field="purposes")
    spoken = input_validation.line(language, field="language", most=35, required=False)
    agreed = consent_texts.told(ConsentPlace.NEWSLETTER, told, spoken)
    shop = input_validation.line(channel, field="channel", most=255, required=False)
    most, per = PER_NETWORK
    if not limit.allowed(NEWSLETTER, who, most=most, per=per, now=now):
        raise Refused(_("That was asked too often. Try again in an hour."), code="TOO_OFTEN")
    Signup.objects.create(
        key=str(uuid4()), email=email.strip(), source=NEWSLETTER, purposes=list(about), text=agreed.text,
        language=agreed.language, channel=shop, asked_at=now, expires_at=now + CONFIRM_WITHIN,
    )  # fmt: skip


def invite(now: datetime, *, most: int = 100) -> int:
    """See to the next signups: find or make whose address it is, and ask them by mail; whoever ticked the box while
    signed in to an account that the host vouches for has agreed. How many."""
    with sql.atomic():
        ids = [row[0] for row in sql.rows(_UNINVITED, [most])]
        for signup in Signup.objects.filter(pk__in=ids).order_by("asked_at", "pk"):
            _invite(signup, now)
    return len(ids)


def confirm(public_id: UUID, *, now: datetime) -> bool:
    """It was them: from now on it is a consent, as of now. False when it was confirmed before, is over, or gone."""
    with sql.atomic():
        signup = Signup.objects.filter(public_id=public_id).first()
        if (
            signup is None
            or signup.profile_id is None
            or not locks.lock_people([signup.profile_id], Hold.WRITE)
        ):
            return False
        if not sql.run(_CONFIRM, {"of": public_id, "now": now}):
            return False
        _agree(signup, Profile.objects.get(pk=signup.profile_id), now)
    return True


def end_expired(now: datetime, *, most: int = 500) -> int:
    """Forget the signups that nobody confirmed, and the addresses that we knew by nothing else; how many."""
    with sql.atomic():
        found = sql.rows(_EXPIRED, [now, most])
        Signup.objects.filter(pk__in=[row[0] for row in found]).delete()
        made = {profile for _, profile, made in found if made and profile}
        held = locks.lock_people(made, Hold.ALONE)
        nobody = [row[0] for row in sql.rows(_NOBODY, [held])] if held else []
        stale.mark(nobody, now)
        Profile.objects.filter(pk__in=nobody).delete()
    return len(found)


def _invite(signup: Signup, now: datetime) -> None:
    if signup.profile_id is None:
        signup.profile_id, signup.made_profile = _whose(signup, now)
    profile = Profile.objects.get(pk=signup.profile_id)
    address, typed = mailbox.of(profile.email or signup.email), bool(signup.email)
    signup.email, signup.invited_at = "", now
    most, per = PER_ADDRESS
    if signup.source == CHECKOUT and profile.vouched and not typed:
        signup.confirmed_at = now
        _agree(signup, profile, now)
    elif limit.allowed("newsletter_mail", address, most=most, per=per, now=now):
        service.enqueue(
            profile=profile, message="newsletter_confirm", key=f"newsletter {signup.public_id}",
            occasion={"text": signup.text, "until": signup.expires_at.isoformat()}, now=now,
            expires_at=signup.expires_at, channel=signup.channel,
            links={"confirm": ("newsletter", signup.public_id)},
        )  # fmt: skip
    signup.save()


def _agree(signup: Signup, profile: Profile, now: datetime) -> None:
    consent.give(
        profile, basis=Basis.OPT_IN, source=signup.source, text=signup.text, language=signup.language, now=now,
        purposes=[Purpose(one) for one in signup.purposes],
    )  # fmt: skip


def _whose(signup: Signup, now: datetime) -> tuple[int, bool]:
    """(profile, whether it was made for this)."""
    name = tombstones.email(signup.email)
    identify.lock([name])
    known = identify.resolve([name])
    new = identify.ensure([name], known, now)
    if new:
        stale.mark(new, now)
        Profile.objects.filter(pk__in=new).update(
            email=signup.email, email_key=name.key, language=signup.language, channel=signup.channel
        )
    elif not Profile.objects.filter(pk=known[name]).exclude(email="").exists():
        Profile.objects.filter(pk=known[name]).update(email=signup.email, email_key=name.key)
    return known[name], bool(new)

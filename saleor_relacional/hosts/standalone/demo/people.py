"""Imported people have numbers only. Here each gets an address at .example, and the shop states their consent."""

from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.flows import consent
from saleor_relacional.models import Identity, IdentityKind, Profile, sql

DOMAIN = "customers.example"
"""RFC 2606: nobody's, for ever."""
TEXT = "Yes, write to me now and then about what I bought and what might suit me."
SPANISH_EVERY = 8
"""One in so many is written to in Spanish, so that the mailbox holds both languages."""


def address_of(customer: str) -> str:
    """The address of the customer that the history calls so."""
    name = "".join(letter for letter in customer.lower() if letter.isascii() and letter.isalnum())
    return f"c{name}@{DOMAIN}"


def give_addresses() -> dict[str, int]:
    """Every imported person without an address gets one; address → profile."""
    imported = Identity.objects.using(conf.database()).filter(
        kind=IdentityKind.ACCOUNT, source__startswith="import:", profile__email=""
    )
    profiles = []
    for identity in imported.select_related("profile").order_by("profile_id"):
        profile = identity.profile
        profile.email = profile.email_key = address_of(identity.key)
        profile.language = "es" if profile.pk % SPANISH_EVERY == 0 else "en"
        profiles.append(profile)
    with sql.atomic():
        Profile.objects.using(conf.database()).bulk_update(
            profiles, ["email", "email_key", "language"], batch_size=1_000
        )
        Identity.objects.using(conf.database()).bulk_create(
            [
                Identity(profile=profile, kind=IdentityKind.EMAIL, source="", key=profile.email_key)
                for profile in profiles
            ],
            batch_size=2_000,
        )
    return {profile.email_key: profile.pk for profile in profiles}


def state_consent(profiles: list[int], now: datetime) -> int:
    """The shop says that all of them agreed; how many."""
    return consent.state(profiles, source="import", text=TEXT, happened_at=now, now=now, language="en")

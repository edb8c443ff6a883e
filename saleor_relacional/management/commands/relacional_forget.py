"""Forget a person."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.ledger import data_requests, erase
from saleor_relacional.flows.people import forget, tombstones
from saleor_relacional.models import DataRequestDoor, Identity, Profile


class Command(BaseCommand):
    """Forgets by address, account or public id. Prints no personal data."""

    help = (
        "Forgets a person for good: only keyed hashes stay, so that no sync and no import brings them back. It cannot"
        " be undone. The shop's own account and orders are not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument("--email", help="an address that the host vouched for, or that a guest used")
        one.add_argument("--account", help="the account's reference at the host")
        one.add_argument("--profile", type=UUID, help="public id of the profile")

    def handle(self, *args: Any, **options: Any) -> None:
        host = conf.host()
        with host.writing():
            profiles, now = _found(options, host.source), host.now()
            typed = [tombstones.email(options["email"])] if options["email"] else []
            done = sum(
                erase.erase(profile, by=data_requests.SERVER, through=DataRequestDoor.COMMAND, now=now)
                for profile in profiles
            )
            if not forget.forget_baskets(typed, now) + len(profiles):
                raise CommandError(_("Nobody is known by this name. Nothing has changed."))
        self.stdout.write(_("%(count)d forgotten.") % {"count": done})


def _found(options: dict[str, Any], source: str) -> list[Profile]:
    rows = Profile.objects
    if options["profile"]:
        return list(rows.filter(public_id=options["profile"]))
    if options["account"]:
        name = tombstones.account(source, options["account"])
        return list(rows.filter(identities__in=_named(name)))
    name = tombstones.email(options["email"])
    told = rows.filter(email_key=name.key, merged_into=None)  # also an account that has it unconfirmed
    return list(told.union(rows.filter(identities__in=_named(name))))


def _named(name: tombstones.Name) -> Any:
    return Identity.objects.filter(kind=name.kind, source=name.source, key=name.key)

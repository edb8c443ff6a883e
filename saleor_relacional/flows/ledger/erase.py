"""Erasure at the person's own wish, or by staff for them: everybody who was merged into them goes, too. What it leaves
is said before and after."""

from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.db import sql
from saleor_relacional.flows.ledger import data_requests
from saleor_relacional.flows.people import forget
from saleor_relacional.models import DataRequestKind, Profile


def erase(profile: Profile, *, by: str, through: str, now: datetime) -> bool:
    """Forget them and record that it was asked for, in one transaction. False when they were forgotten already: then
    nothing is recorded either."""
    with sql.atomic():
        done = forget.forget(profile, now=now)
        if done:
            data_requests.record(None, kind=DataRequestKind.ERASURE, by=by, through=through, now=now)
    return done


def remains() -> list[str]:
    """What is left of somebody after it, and why, in words."""
    return [
        _(
            "Keyed hashes of your address, your account and your orders, so that no later reading of the shop's records"
            " brings you back here. Nobody can read an address out of them."
        ),
        _("If you asked us not to write to you: a keyed hash of that address, so that it stays so."),
        _(
            "That somebody, without a name, was or was not written to, and what came of it in sums: without these our"
            " measurements would be wrong."
        ),
        _("Codes that you were promised, withdrawn, and on nobody's name."),
        _("That an erasure was asked for, when and through which door, and nothing about whom."),
        _(
            "What the shop itself must keep, such as invoices, and your account in the shop: you can delete it there."
        ),
    ]


def remains_for_staff() -> list[str]:
    """The same, said to the staff before they do it for somebody."""
    return [
        _(
            "Keyed hashes of their address, account and orders, so that reading the shop again does not bring them"
            " back."
        ),
        _("If they asked not to be written to: a keyed hash of that address, so that it stays so."),
        _(
            "That somebody without a name was or was not written to, and what came of it in sums, for your results."
        ),
        _("Codes that they were promised: they stop working, and are on nobody's name."),
        _("That an erasure was asked for and when, and nothing about whom."),
        _("Their account and invoices in the shop itself: delete the account there, if they want that too."),
    ]

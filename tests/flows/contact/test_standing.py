"""Where people stand with the contact policy: from facts, consents and contacts to columns that are arbitrated."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from saleor_relacional import conf
from saleor_relacional.flows.contact import contact_policy, notes, standing
from saleor_relacional.flows.contact.asked import NOTHING
from saleor_relacional.models import Basis, Consent, Identity, Profile, Refund
from saleor_relacional.models.facts import PurchaseState
from saleor_relacional.rules.contact.moments import LONG_AGO, moment
from saleor_relacional.rules.contact.policy import DEFAULT
from saleor_relacional.rules.contact.trust import TrustLevel
from tests.support.instants import DAY, NOON
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

_numbers = count(1)


def of(profile: Profile, now: datetime = NOON) -> standing.Standing:
    return standing.standing([profile.pk], now, contact_policy.current())[profile.pk]


def says(profile: Profile, kind: str, days_ago: float, **more: Any) -> None:
    notes.note(profile.pk, kind=kind, at=NOON - days_ago * DAY, now=NOON, **more)


def gives_back(profile: Profile, amount: str, days_ago: float, *, whole: bool) -> None:
    purchase = buys(profile, NOON - (days_ago + 5) * DAY)
    if whole:
        purchase.state = PurchaseState.EMPTY
        purchase.save()
    Refund.objects.create(
        profile=profile, purchase=purchase, source="test", reference=f"back-{next(_numbers)}",
        amount=Decimal(amount), currency="EUR", happened_at=NOON - days_ago * DAY, learned_at=NOON,
    )  # fmt: skip


def test_a_stranger_has_earned_nothing_and_is_held_by_nothing() -> None:
    """Somebody of whom only an address is known."""
    found = of(person())
    assert found == standing.Standing(
        zone=conf.host().time_zone(), recent=(), since_act=0, acted_at=None, level=TrustLevel.SERVICE,
        silent_until=None, ordered_at=None, fulfilled_at=None, offer_until=None, asked=NOTHING,
    )  # fmt: skip


def test_levels_are_earned_by_own_acts() -> None:
    """An account, an opt-in and an order; what the shop states of somebody earns nothing."""
    stated, agreed, member, buyer = person("Eva"), person("Ana"), person("Leo"), person("Ida", days_ago=[40])
    for profile, basis in ((stated, Basis.STATED), (agreed, Basis.OPT_IN)):
        for purpose in ("content", "offers"):
            Consent.objects.create(
                profile=profile, purpose=purpose, basis=basis, source="storefront", text="News.",
                happened_at=NOON - 9 * DAY, learned_at=NOON,
            )  # fmt: skip
    Identity.objects.create(profile=member, kind="account", source="test", key="7")
    assert [of(one).level for one in (stated, agreed, member, buyer)] == [
        TrustLevel.SERVICE, TrustLevel.CONTENT, TrustLevel.CONTENT, TrustLevel.OFFERS,
    ]  # fmt: skip
    assert of(agreed).acted_at == NOON - 9 * DAY


def test_an_order_given_back_whole_earns_no_offers() -> None:
    """It is no purchase that was kept."""
    ana = person()
    gives_back(ana, "20.00", 50, whole=True)
    assert of(ana).level is TrustLevel.SERVICE


def test_messages_are_counted_since_the_last_own_act() -> None:
    """Three messages, then a question: the count begins anew, and staff's own contacts count like a campaign's."""
    ana = person(days_ago=[60])
    for days in (40, 30, 20):
        says(ana, "staff", days, commercial=True)
    assert of(ana).since_act == 3
    assert of(ana).recent == tuple(NOON - days * DAY for days in (20, 30, 40))
    says(ana, "question", 10)
    assert of(ana).since_act == 0
    says(ana, "staff", 5, commercial=False)
    assert of(ana).since_act == 0 and len(of(ana).recent) == 3
    says(ana, "staff", 2, commercial=True)
    assert of(ana).since_act == 1


@pytest.mark.parametrize("cause", ["complaint", "rating", "refund"])
def test_a_disappointment_silences_until_the_apology(cause: str) -> None:
    """Thirty days, or until somebody has apologised; an apology of before is none."""
    ana = person()
    says(ana, "apology", 12)
    if cause == "refund":
        gives_back(ana, "20.00", 10, whole=True)
    else:
        says(ana, cause, 10, stars=1 if cause == "rating" else None)
    assert of(ana).silent_until == NOON + 20 * DAY
    says(ana, "apology", 1)
    assert of(ana).silent_until is None


def test_a_good_rating_silences_nobody() -> None:
    ana = person()
    says(ana, "rating", 1, stars=4)
    assert of(ana).silent_until is None


def test_a_partial_return_silences_for_a_week_whoever_apologises() -> None:
    """Nobody owes an apology for a pair that did not fit."""
    ana = person()
    gives_back(ana, "5.00", 2, whole=False)
    says(ana, "apology", 1)
    assert of(ana).silent_until == NOON + 5 * DAY


def test_an_order_holds_selling_back() -> None:
    """Three days after it was sent; twenty-one days after the purchase, where nothing says that it was."""
    ana, leo = person(), person("Leo")
    buys(ana, NOON - 5 * DAY)
    buys(leo, NOON - 5 * DAY, sent=False)
    assert of(ana).gap_until(DEFAULT) == NOON - 2 * DAY
    assert of(leo).gap_until(DEFAULT) == NOON + 16 * DAY


def test_what_has_not_happened_yet_does_not_count() -> None:
    """On an earlier day the same facts tell of that day."""
    ana = person(days_ago=[5])
    says(ana, "complaint", 3)
    before = of(ana, NOON - 4 * DAY)
    assert before.silent_until is None and before.level is TrustLevel.OFFERS
    assert of(ana, NOON - 6 * DAY).level is TrustLevel.SERVICE


def test_many_people_are_one_query_and_stay_in_their_order() -> None:
    """A batch of a plan asks once; who is gone is left out."""
    people = [person(f"P{number}", days_ago=[50]) for number in range(5)]
    says(people[2], "staff", 3, commercial=True)
    people[4].time_zone = "Asia/Tokyo"
    people[4].save()
    ids = [one.pk for one in people]
    with CaptureQueriesContext(connections[conf.database()]) as asked:
        found = standing.standing([*ids, 10**9], NOON, DEFAULT)
    ours = [one for one in asked.captured_queries if "saleor_relacional_" in one["sql"]]
    assert len(ours) == 1 and set(found) == set(ids)
    told = standing.columns({key: found[key] for key in ids}, NOON, [DEFAULT])
    assert told.key.tolist() == ids
    assert told.recent[:, 0].tolist() == [LONG_AGO, LONG_AGO, moment(NOON - 3 * DAY), LONG_AGO, LONG_AGO]
    # Noon in London is nine in the evening in Tokyo: quiet until eight, which is eleven at night here.
    assert told.opens[0, 0] == moment(NOON) and told.opens[4, 0] == moment(NOON + 11 / 24 * DAY)


def test_a_zone_that_this_machine_does_not_know_is_the_shop_s() -> None:
    """One person's zone keeps nobody else waiting."""
    ana = person()
    ana.time_zone = "Mars/Olympus"
    ana.save()
    assert of(ana).zone == conf.host().time_zone()

"""Welcome: to a confirmed account that wants to hear from us and has not bought yet; once; nobody of long ago."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds.welcome import KIND, WELCOMED_WITHIN
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.models import Basis, Campaign, Consent, Enrolment, Profile, Touch
from tests.support.campaign_stories import CHANNEL, customer
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, agrees, orders, switched_on, takes_back, the_days
from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def welcome(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def registers(name: str, at: datetime, *, vouched: bool = True, agreed: bool = True) -> Profile:
    """Somebody opens an account and ticks the box."""
    profile = person(name, joined_at=at, vouched=vouched)
    if agreed:
        agrees(profile, at)
    return profile


def test_a_day_after_the_account_once(welcome: Campaign, now: datetime) -> None:
    """Not at once; the next day; never again; and nothing is offered."""
    registers("Ana", now)
    assert the_days(welcome, now, (0, 1, 2, 20)) == [0, 1, 0, 0]
    [sent] = mail.outbox
    assert sent.subject.startswith("Welcome to") and "March 2, 2026" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_what_comes_of_it_is_told_in_the_money_of_the_shop(welcome: Campaign, now: datetime) -> None:
    """Nobody who has not bought has a currency: it is that of the channel that writes."""
    registers("Ana", now)
    a_day(welcome, now)
    assert (Enrolment.objects.get().currency, Enrolment.objects.get().stage) == ("EUR", "prospect")


def test_only_a_confirmed_account_that_agreed(welcome: Campaign, now: datetime) -> None:
    """Not an address that anybody may have typed; not whoever did not want to hear; both once they did."""
    typed, shy = registers("Typed", now, vouched=False), registers("Shy", now, agreed=False)
    assert the_days(welcome, now, range(3)) == [0, 0, 0]
    assert not Enrolment.objects.exists()
    agrees(shy, now + 3 * DAY)
    Profile.objects.filter(pk=typed.pk).update(vouched=True)
    stale.mark([typed.pk], now + 3 * DAY)
    assert a_day(welcome, now + 3 * DAY) == 2


def test_old_accounts_and_imported_prospects_are_not_welcomed(welcome: Campaign, now: datetime) -> None:
    """An account of last year that agrees today, and addresses of a file: nobody is blasted."""
    registers("Old", now - (WELCOMED_WITHIN + 1) * DAY)
    listed = person("Listed")
    for purpose in ("content", "offers"):
        Consent.objects.create(
            profile=listed, purpose=purpose, basis=Basis.STATED, source="import", text="Tea news.",
            happened_at=now, learned_at=now,
        )  # fmt: skip
    assert the_days(welcome, now, range(3)) == [0, 0, 0]


def test_the_first_order_ends_it(welcome: Campaign, now: datetime) -> None:
    """She orders before the message leaves: it is stopped; and nobody welcomes her when she sends it back."""
    ana = registers("Ana", now)
    assert a_day(welcome, now) == 0
    bought = orders(ana, now + DAY / 2)
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "purchased")
    takes_back(bought, now + 2 * DAY)
    assert the_days(welcome, now, (1, 2, 3)) == [0, 0, 0]


def test_a_buyer_who_registers_is_no_newcomer(welcome: Campaign, now: datetime) -> None:
    """A guest's purchases come along with the account."""
    guest = customer("Guest", now, days_ago=(40,))
    account = registers("Ana", now)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now)
    assert the_days(welcome, now, range(3)) == [0, 0, 0]


def test_three_days_without_a_run_lose_nobody(welcome: Campaign, now: datetime) -> None:
    """The beat was away."""
    registers("Ana", now)
    assert a_day(welcome, now + 5 * DAY) == 1


def test_who_registered_lately_is_spread(shop: Any, now: datetime) -> None:
    """Five of this week when it is switched on, two mails per day, nobody twice."""
    welcome = switched_on(KIND.name, now, daily_capacity=2)
    for i in range(5):
        registers(f"Person{i}", now - 3 * DAY)
    assert the_days(welcome, now, range(4)) == [2, 2, 1, 0]
    assert len({sent.to[0] for sent in mail.outbox}) == 5


def test_the_dry_run_shows_people_without_a_purchase(welcome: Campaign, now: datetime) -> None:
    """No last order, no lateness; their turn is today."""
    registers("Ana", now)
    score.score_stale(now)
    [one] = plan.dry_run(welcome, now).proposals
    assert (one.last_day, one.overdue, one.reason, one.currency) == (None, None, "", "EUR")
    assert one.channel == CHANNEL

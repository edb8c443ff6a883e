"""What customers and staff declare about when they buy: the latest word wins, and goes with the person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs
from saleor_relacional.flows.profiles.beliefs.beliefs import Name
from saleor_relacional.flows.scoring import declarations, score
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.models import CustomerSummary, Declaration, Profile, Stale
from tests.support.instants import DAY, NOON, TODAY
from tests.support.people import every, person

pytestmark = pytest.mark.django_db


def declare(who: Profile, *, by: str = declarations.CUSTOMER, at=NOON, **said) -> None:
    """As the mutation does."""
    declarations.declare(who.pk, by=by, today=TODAY, now=at, **said)


def told(who: Profile, now=NOON) -> dict:
    """Their beliefs by name."""
    one = profiles.of_ids([who.pk])[who.pk]
    return {belief.name: belief for belief in beliefs.of([one], now)[who.pk]}


@pytest.fixture
def ana(host) -> Profile:
    """Came every ten days, the last time thirty days ago: late, unless she says otherwise."""
    found = person("Ana", days_ago=every(10, 8, last=30))
    score.score_stale(NOON)
    assert CustomerSummary.objects.get(profile=found).stage not in ("new", "active", "loyal")
    return found


def test_every_six_weeks_wins_over_what_we_infer(ana: Profile) -> None:
    """She is not late any more: at once where it is read, and with the next scoring in her stage. The reason is her
    word alone. Withdrawn, everything is as before."""
    before, stage = told(ana), CustomerSummary.objects.get(profile=ana).stage
    declare(ana, every_days=42)
    assert Stale.objects.filter(profile_id=ana.pk).exists()
    for _ in range(2):
        found = told(ana)
        assert found[Name.RHYTHM_DAYS].value == pytest.approx(42)
        assert found[Name.RHYTHM_DAYS].sufficiency is Sufficiency.OWN
        assert found[Name.OVERDUE].value < 0.2 < 0.9 < before[Name.OVERDUE].value
        assert found[Name.OVERDUE].low < found[Name.OVERDUE].value < found[Name.OVERDUE].high
        score.score_stale(NOON)
    assert CustomerSummary.objects.get(profile=ana).stage == "loyal"

    assert declarations.withdraw(ana.pk, now=NOON + DAY)
    assert not declarations.withdraw(ana.pk, now=NOON + DAY)
    score.score_stale(NOON + DAY)
    assert CustomerSummary.objects.get(profile=ana).stage == stage
    assert told(ana)[Name.RHYTHM_DAYS] == before[Name.RHYTHM_DAYS]


def test_not_before_march_holds_the_window_back_until_march(ana: Profile) -> None:
    """The window begins on that day, the reason says so, and nobody slips before it. Once it is past it binds no
    more."""
    from saleor_relacional.flows.profiles.beliefs import reasons

    day = TODAY + 60 * DAY
    declare(ana, not_before=day)
    score.score_stale(NOON)
    one = profiles.of_ids([ana.pk])[ana.pk]
    window = told(ana)[Name.NEXT_ORDER_DAY].window
    assert window.earliest.date() >= day > (NOON + 30 * DAY).date()
    first, *_ = reasons.of([(one, Name.NEXT_ORDER_DAY)], NOON)[ana.pk, Name.NEXT_ORDER_DAY]
    assert first.name == "not_before" and first.value == pytest.approx(59.5)
    assert CustomerSummary.objects.get(profile=ana).stage == "loyal"
    later = told(ana, NOON + 90 * DAY)[Name.NEXT_ORDER_DAY].window
    assert later.earliest >= NOON + 90 * DAY


def test_the_latest_word_wins_whoever_says_it(ana: Profile) -> None:
    """Staff, then Ana, then a message of the staff's that was under way longer: hers stands, with her name on it."""
    declare(ana, by=declarations.STAFF, every_days=42)
    declare(ana, at=NOON + DAY, not_before=TODAY + 20 * DAY)
    declare(ana, by=declarations.STAFF, at=NOON + DAY / 2, every_days=7)
    found = profiles.of_ids([ana.pk])[ana.pk]
    assert (found.every_days, found.not_before) == (None, TODAY + 20 * DAY)
    assert (found.declared_by, found.declared_at) == ("customer", NOON + DAY)
    assert not declarations.withdraw(ana.pk, now=NOON)  # an older wish to take it back comes too late


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "everyDays"),
        ({"every_days": 0.5}, "everyDays"),
        ({"every_days": float("nan")}, "everyDays"),
        ({"every_days": float("inf")}, "everyDays"),
        ({"every_days": 5000}, "everyDays"),
        ({"not_before": TODAY}, "notBefore"),
        ({"not_before": date(1999, 1, 1)}, "notBefore"),
        ({"not_before": TODAY + timedelta(days=4000)}, "notBefore"),
    ],
)
def test_what_cannot_be_meant_is_refused(ana: Profile, said: dict, field: str) -> None:
    """Nothing at all, half a day, no number, a day that is past or out of sight; nothing is kept."""
    with pytest.raises(BadInput) as refused:
        declare(ana, **said)
    assert refused.value.field == field
    assert not Declaration.objects.exists() and not Stale.objects.exists()


def test_it_is_forgotten_with_the_person(ana: Profile) -> None:
    """No word of hers is left."""
    declare(ana, every_days=42)
    assert forget.forget(ana, now=NOON)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("guest_said_later", [True, False])
def test_a_merge_keeps_the_latest_word_and_can_be_undone(ana: Profile, guest_said_later: bool) -> None:
    """Ana bought as a guest too, and said something there: the later of both counts, and each gets theirs back."""
    guest = person("Guest", days_ago=[5])
    declare(ana, every_days=42, at=NOON)
    declare(guest, every_days=14, at=NOON + (DAY if guest_said_later else -DAY))
    done = merge.merge(guest.pk, ana.pk, cause="confirmed", now=NOON + 2 * DAY)
    assert profiles.of_ids([ana.pk])[ana.pk].every_days == (14 if guest_said_later else 42)

    merge.undo(done, now=NOON + 3 * DAY)
    said = dict(Declaration.objects.values_list("profile_id", "every_days"))
    assert said == {ana.pk: 42, guest.pk: 14}


def test_what_was_said_after_a_merge_stays_with_the_survivor(ana: Profile) -> None:
    """Only what the merge moved goes back."""
    guest = person("Guest", days_ago=[5])
    declare(guest, every_days=14)
    done = merge.merge(guest.pk, ana.pk, cause="confirmed", now=NOON + DAY)
    declare(ana, every_days=21, at=NOON + 2 * DAY)
    merge.undo(done, now=NOON + 3 * DAY)
    assert dict(Declaration.objects.values_list("profile_id", "every_days")) == {ana.pk: 21}


def test_money_of_a_declared_customer_is_untouched(ana: Profile) -> None:
    """A declaration says when, not how much."""
    before = told(ana)[Name.ORDER_VALUE]
    declare(ana, every_days=42)
    score.score_stale(NOON)
    assert told(ana)[Name.ORDER_VALUE] == before
    assert CustomerSummary.objects.get(profile=ana).sold == Decimal(160)

"""Coffee is not bought as machines are: a rhythm for each category, of the shop and of each customer."""

import math
from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_relacional.flows.learning import categories, fit, fit_serialization
from saleor_relacional.flows.profiles import category_rhythms, profiles
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.models import Declaration, Fit, ProductCategory, Profile, Purchase, PurchaseLine
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def shelves() -> None:
    """Two kinds of coffee, a machine, and something that is nowhere."""
    ProductCategory.objects.bulk_create(
        ProductCategory(source="test", product_key=key, category_key=kind, name=name, learned_at=NOON - age * DAY)
        for key, kind, name, age in (
            ("arabica", "coffee", "Beans", 9), ("robusta", "coffee", "Coffee", 1),
            ("espresso", "machines", "Machines", 1),
        )
    )  # fmt: skip


def takes(profile: Profile, product: str, days_ago: list[int]) -> None:
    """An order of this product so many days ago, each."""
    for ago in days_ago:
        purchase = buys(profile, NOON - ago * DAY)
        PurchaseLine.objects.create(
            purchase=purchase, profile_id=profile.pk, product_key=product, quantity=1, total=Decimal(20)
        )


def coffee_drinkers(count: int = 20) -> list[Profile]:
    """Each buys coffee every three weeks or so, and a machine a year."""
    found = []
    for i in range(count):
        drinker = person(f"Drinker{i}")
        takes(drinker, "arabica" if i % 2 else "robusta", every(18 + i % 7, 10, last=i % 15))
        takes(drinker, "espresso", every(330 + 5 * i, 3, last=30 + i))
        found.append(drinker)
    return found


def read(profile: Profile, now: datetime = NOON) -> list[category_rhythms.CategoryRhythm]:
    (one,) = profiles.of_ids([profile.pk]).values()
    return category_rhythms.of([one], now)[profile.pk]


def adopted() -> None:
    """A fit is in use: the shipped priors, as before anybody bought."""
    Fit.objects.create(
        as_of=NOON, created_at=NOON, adopted=True, customers=0, converged=True,
        parameters=fit_serialization.plain(fit.prior(NOON)),
    )  # fmt: skip


@pytest.fixture
def shop() -> list[Profile]:
    shelves()
    adopted()
    return coffee_drinkers()


def test_each_category_has_its_own_pace(shop: list[Profile]) -> None:
    """Coffee in weeks, machines in a year, though the same people buy both; the fit keeps it, the next one too."""
    assert categories.learn(NOON) == 2
    learnt = categories.known()

    assert math.exp(learnt["coffee"].log_mean) == pytest.approx(21, rel=0.1)
    assert 200 < math.exp(learnt["machines"].log_mean) < 500
    assert (learnt["coffee"].gaps, learnt["machines"].gaps) == (20 * 9, 20 * 2)
    fit.estimate(NOON + DAY)
    assert Fit.objects.count() == 2
    assert categories.known() == learnt


def test_too_little_history_is_no_rhythm_of_its_own() -> None:
    """Ten closed gaps of coffee: left out, and nobody is told of it. A shop without categories has none."""
    coffee_drinkers(1)
    adopted()
    assert categories.learn(NOON) == 0
    shelves()
    assert categories.learn(NOON) == 0
    assert read(Profile.objects.get()) == []


def test_ana_reads_when_she_will_want_coffee(shop: list[Profile]) -> None:
    """Ana comes for coffee each week: it rests on her own gaps, ten days without are late. A machine she bought once:
    that is the category's rhythm, and not late at all. Most own gaps first, called by the latest name."""
    ana = person("Ana")
    takes(ana, "arabica", every(7, 30, last=12))
    takes(ana, "espresso", [12])
    categories.learn(NOON)
    coffee, machine = read(ana)

    assert (coffee.category, coffee.name, coffee.own_gaps, coffee.sufficiency) == (
        "coffee", "Coffee", 29, Sufficiency.OWN,
    )  # fmt: skip
    assert coffee.typical_days == pytest.approx(7, abs=0.5) and coffee.overdue > 0.95
    assert coffee.last_at == NOON - 12 * DAY
    assert NOON <= coffee.earliest < coffee.likely_from < coffee.middle < coffee.likely_until < coffee.latest
    assert (machine.category, machine.own_gaps, machine.sufficiency) == (
        "machines",
        0,
        Sufficiency.PRIOR_MOSTLY,
    )
    assert machine.overdue < 0.05 and machine.middle > NOON + 150 * DAY


def test_what_is_withdrawn_or_lies_ahead_does_not_count(shop: list[Profile]) -> None:
    """Ana's coffee came back, and one order is dated in the future."""
    ana = person("Ana")
    takes(ana, "arabica", every(7, 6, last=12))
    Purchase.objects.filter(profile=ana).update(state="withdrawn")
    takes(ana, "arabica", [-3])
    categories.learn(NOON)

    assert read(ana) == []


def test_not_before_march_holds_for_coffee_too(shop: list[Profile]) -> None:
    """Ana said that she will not come for sixty days: the window begins there, the lateness is what it was."""
    ana = person("Ana")
    takes(ana, "arabica", every(7, 30, last=12))
    categories.learn(NOON)
    (before,) = read(ana)
    day = (NOON + 60 * DAY).date()
    Declaration.objects.create(profile=ana, not_before=day, declared_by="customer", declared_at=NOON)
    (after,) = read(ana)

    assert after.earliest.date() >= day > before.earliest.date()
    assert after.overdue == before.overdue


def test_many_are_read_as_one_is_and_as_a_range_is(shop: list[Profile]) -> None:
    """The whole shop in three statements, whatever its size; the same numbers in columns for a range."""
    categories.learn(NOON)
    people = list(profiles.of_ids([one.pk for one in shop]).values())
    with CaptureQueriesContext(
        connection,
    ) as few:
        category_rhythms.of(people[:1], NOON)
    with CaptureQueriesContext(connection) as many:
        found = category_rhythms.of(people, NOON)
    table = category_rhythms.of_range(shop[0].pk, shop[-1].pk, NOON)

    assert len(many) == len(few)
    assert {len(rhythms) for rhythms in found.values()} == {2}
    keys = sorted(categories.known())
    whole = {(int(p), keys[c]): (o, t) for p, c, o, t in zip(
        table.profile, table.place, table.overdue, table.typical_days, strict=True)}  # fmt: skip
    assert whole == {
        (profile, one.category): (one.overdue, one.typical_days)
        for profile, rhythms in found.items()
        for one in rhythms
    }
    assert np.array_equal(np.sort(table.window, axis=1), table.window)


def test_nobody_and_nothing() -> None:
    """A shop without a fit has learnt nothing; asking for nobody answers nobody."""
    ana = person("Ana", days_ago=[3])

    assert category_rhythms.of([], NOON) == {}
    assert read(ana) == []

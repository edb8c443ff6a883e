"""Types of customers: who belongs is asked each time, and everybody can be told why."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.db import counts, sql
from saleor_relacional.db.counts import Count
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.segments import membership, rule_words, segments
from saleor_relacional.flows.segments.segments import BadRule, parsed
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import (
    CustomerSummary,
    Incentive,
    Profile,
    Rung,
    Segment,
)
from saleor_relacional.rules.fields import FIELDS
from saleor_relacional.rules.read import Wrong
from saleor_relacional.rules.tree import Operator, conditions
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db

LATE = {"field": "stage", "operator": "one_of", "value": ["slipping", "lapsed"]}


def names(rule: Any, now: datetime, **more: Any) -> list[str]:
    """First names of the members on a page."""
    found, _ = membership.page(
        parsed(rule), first=more.pop("first", 100), after=more.pop("after", None), now=now
    )
    return [each.first_name for each in found]


@pytest.fixture
def people(shop: Any, now: datetime) -> dict[str, Profile]:
    """Ana and Bea are late, Carla is loyal and about to slip, Dora never bought."""
    return {
        "Ana": late("Ana", now),
        "Bea": late("Bea", now, value="5.00", days_ago=every(30, 4, last=90), agreed=False),
        "Carla": late("Carla", now, days_ago=every(30, 5, last=69)),
        "Dora": person("Dora"),
    }


def native(name: str) -> segments.Known:
    """One that comes with us."""
    return next(each for each in segments.all_known() if each.name == name)


def test_the_types_that_come_with_us(people: dict[str, Profile], now: datetime) -> None:
    """Everybody is where the words say; the ids are the same in every shop and every language."""
    members = {each.name: names(each.rule, now) for each in segments.all_known() if each.native}
    assert members == {
        "First-timers": [], "Loyal": ["Carla"], "About to slip": ["Carla"], "Slipping": ["Bea"],
        "Best and slipping": ["Bea"], "Recovered": [], "Regulars who are gone": [], "Bought once and gone": ["Ana"],
        "Never bought": ["Dora"], "Guests who return": ["Bea", "Carla"], "Buyers we may not write to yet": ["Bea"],
    }  # fmt: skip
    with translation.override("es"):
        spanish = segments.all_known()
    assert [each.public_id for each in spanish] == [each.public_id for each in segments.all_known()]
    assert spanish[1].name == "Fiel" and not Segment.objects.exists()


def test_nothing_is_kept_that_could_grow_old(people: dict[str, Profile], now: datetime) -> None:
    """Bea comes back: at that moment she is no longer slipping; time alone makes Carla no longer about to."""
    assert names(native("Slipping").rule, now) == ["Bea"]
    CustomerSummary.objects.filter(profile=people["Bea"]).update(stage="recovered")
    assert names(native("Slipping").rule, now) == []
    assert names(native("Recovered").rule, now) == ["Bea"]
    assert names(native("About to slip").rule, now - 5 * DAY) == []
    assert names(native("About to slip").rule, now) == ["Carla"]


def test_pages_hold_everybody_once(people: dict[str, Profile], now: datetime) -> None:
    """Whatever their size; whom we met first comes first; a newcomer shifts nothing."""
    rule = parsed({"field": "stage", "operator": "is_not", "value": "lost"})
    found, after = [], None
    for _ in range(9):  # a page that never ends is noticed
        page, more = membership.page(rule, first=1, after=after, now=now)
        found += [each.first_name for each in page]
        after = page[-1].id
        if len(found) == 2:
            late("Eva", now)
        if not more:
            break
    assert found == ["Ana", "Bea", "Carla", "Dora", "Eva"]
    for size in (0, 101):
        with pytest.raises(BadInput, match="1 to 100"):
            membership.page(rule, first=size, after=None, now=now)


def test_who_was_merged_away_belongs_nowhere(people: dict[str, Profile], now: datetime) -> None:
    """With a rule about the profile and with one that does not read it."""
    Profile.objects.filter(pk=people["Bea"].pk).update(merged_into=people["Ana"])
    assert names(LATE, now) == ["Ana"]
    assert names({"all": [LATE, {"field": "first_name", "operator": "begins", "value": "B"}]}, now) == []
    assert membership.why([people["Bea"].pk], parsed(LATE), now=now) == {}
    assert membership.segments_of([people["Bea"].pk], segments.all_known(), now=now) == {}


def test_counts_say_when_they_are_estimates(
    people: dict[str, Profile], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact up to a point, exact on request beyond it."""
    node = parsed(LATE)
    assert membership.count(node, now=now) == Count(number=2, estimated=False)
    sql.run("ANALYZE saleor_relacional_customersummary")
    monkeypatch.setattr(counts, "EXACT", 1)
    everybody = parsed({"not": {"field": "stage", "operator": "is", "value": "lost"}})
    assert membership.count(everybody, now=now) == Count(number=4, estimated=True)  # from the sample
    assert membership.count(node, now=now) == Count(number=2, estimated=True)  # counting gave up
    for few in (node, everybody):
        assert not membership.count(few, now=now, exact=True).estimated
    assert membership.count(node, now=now, exact=True).number == 2


def test_why_ana_is_in_and_bea_is_not(people: dict[str, Profile], now: datetime) -> None:
    """Each condition in words with what was found; the place is the one that problems would name."""
    rule = {"all": [
        LATE,
        {"not": {"field": "consent", "operator": "is", "value": "none"}},
        {"any": [
            {"field": "kept", "operator": "at_least", "value": 15, "currency": "EUR"},
            {"field": "product", "operator": "any_of", "value": ["tea"], "since": {"days_ago": 30}},
        ]},
    ]}  # fmt: skip
    ids = [people[name].pk for name in ("Ana", "Bea", "Dora")]
    told = membership.why(ids, parsed(rule), now=now)
    assert [told[each].member for each in ids] == [True, False, False]
    assert [(each.place, each.sentence, each.holds, each.found) for each in told[ids[1]].reasons] == [
        ("rule.all[0]", "stage: one of slipping, lapsed", True, "slipping"),
        ("rule.all[1].not", "ground to write on: is no ground", True, "no ground"),
        ("rule.all[2].any[0]", "amount kept: at least 15 EUR", True, "20 EUR"),
        ("rule.all[2].any[1]", "products bought: any of Tea, since 30 days ago", False, "none of them"),
    ]
    assert told[ids[2]].reasons[2].found == "not known"
    with translation.override("es"):
        spanish = membership.why(ids, parsed(rule), now=now)[ids[0]].reasons[0]
    assert (spanish.sentence, spanish.found) == ("etapa: una de se aleja, ausente", "ausente")


def test_rules_are_told_as_people_speak(people: dict[str, Profile], now: datetime) -> None:
    """Days are the shop's, an hour is said where the rule has one, a probability is in per cent, and numbers are
    written as the reader writes them."""
    rule = {"all": [
        {"field": "alive", "operator": "at_least", "value": "0.975"},
        {"field": "kept", "operator": "between", "value": ["0.5", "1234.5"], "currency": "EUR"},
        {"field": "last_at", "operator": "before", "value": "2026-03-31T23:30:00+00:00"},
        {"field": "last_at", "operator": "after", "value": "2020-01-05"},
        {"field": "purchases", "operator": "at_least", "value": 1, "since": {"days_ago": 1}},
    ]}  # fmt: skip
    Shop.objects.update(time_zone="Europe/Madrid")
    CustomerSummary.objects.filter(profile=people["Ana"]).update(last_at="2021-03-31T23:30:00+00:00")
    told = {}
    for language in ("en", "es"):
        with translation.override(language):
            reasons = membership.why([people["Ana"].pk], parsed(rule), now=now)[people["Ana"].pk].reasons
            told[language] = [each.sentence for each in reasons], reasons[2].found
    assert told["en"][0] == [
        "probability of still being a customer: at least 97.5 %", "amount kept: from 0.5 EUR to 1,234.5 EUR",
        "last purchase: before 1 Apr 2026, 01:30", "last purchase: after 5 Jan 2020",
        "purchases: at least 1, since 1 day ago",
    ]  # fmt: skip
    assert told["es"][0][:3] == [
        "probabilidad de seguir siendo cliente: 97,5 % como mínimo", "ingreso neto: de 0,5 EUR a 1.234,5 EUR",
        "última compra: antes de 1 abr 2026, 01:30",
    ]  # fmt: skip
    assert (told["en"][1], told["es"][1]) == ("1 Apr 2021", "1 abr 2021")
    alive = next(iter(conditions(parsed(rule))))
    assert [rule_words.found(alive, value) for value in (0.98731, 0.9, 0.99999, 0.00001)] == [
        "98.7 %", "90 %", "99.9 %", "0.1 %",
    ]  # fmt: skip


def test_every_word_is_there() -> None:
    """Fields, operators and problems all have theirs."""
    assert set(rule_words._FIELDS) == set(FIELDS)
    assert set(rule_words._SAYS) == set(Operator)
    assert set(rule_words._WRONG) == set(Wrong)


def test_the_types_of_a_person(people: dict[str, Profile], now: datetime) -> None:
    """In one statement for many, in the list's order; a rule of another version holds nobody and harms nobody."""
    segments.create(name="Late", rule=LATE, now=now)
    Segment.objects.create(name="Of tomorrow", rule={"field": "mood"}, created_at=now, updated_at=now)
    found = membership.segments_of([people["Ana"].pk, people["Dora"].pk], segments.all_known(), now=now)
    assert {pk: [each.name for each in known] for pk, known in found.items()} == {
        people["Ana"].pk: ["Bought once and gone", "Late"], people["Dora"].pk: ["Never bought"],
    }  # fmt: skip
    with pytest.raises(BadRule, match=r"rule\.field: There is no such field"):
        parsed(Segment.objects.get(name="Of tomorrow").rule)


def test_a_live_offer_is_found_while_it_lives(people: dict[str, Profile], now: datetime) -> None:
    """Until the moment it expires."""
    open_shop(now)
    campaign = win_back(now)
    version = campaign.versions.get()
    enrolment = campaign.enrolments.create(
        version=version,
        profile=people["Ana"],
        cycle="1",
        arm="treated",
        state="waiting",
        stage="lapsed",
        considered_at=now,
    )
    Incentive.objects.create(
        profile=people["Ana"], enrolment=enrolment, step=version.steps.get(), state="issued",
        rung=Rung.objects.get(), code="ABC", recipe_key="r", created_at=now, expires_at=now + DAY,
        month=now.date().replace(day=1),
    )  # fmt: skip
    rule = {"field": "live_offer", "operator": "is", "value": True}
    assert names(rule, now) == ["Ana"]
    assert names(rule, now + DAY) == []


def test_euros_and_dollars_are_not_added_up(shop: Any, now: datetime) -> None:
    """Ana bought for 60 euros and 60 dollars this month; neither makes 100, and 0 kronor are under one."""
    ana = person("Ana")
    buys(ana, now - DAY, "60.00")
    buys(ana, now - 2 * DAY, "60.00", currency="USD")
    month = {"field": "sold", "operator": "at_least", "since": {"days_ago": 30}}
    for value, currency, found in (
        (60, "EUR", ["Ana"]),
        (60, "USD", ["Ana"]),
        (100, "EUR", []),
        (100, "USD", []),
    ):
        asked = {**month, "value": value, "currency": currency}
        assert names(asked, now) == found
        assert names({"any": [asked, {"field": "purchases", "operator": "under", "value": 0}]}, now) == found
    assert names({**month, "operator": "under", "value": 1, "currency": "SEK"}, now) == ["Ana"]


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE saleor_relacional_segment; --",
        "%(rule_now)s",
        "%s",
        "{}",
        "a\\'b",
        "$$",
        "\u2028",
        "x' OR '1'='1",
    ],
)
def test_a_value_is_never_text_of_the_statement(people: dict[str, Profile], now: datetime, text: str) -> None:
    """Only who has exactly this name is found, whatever it looks like."""
    Profile.objects.filter(pk=people["Ana"].pk).update(first_name=text)
    for operator, value in (("is", text), ("one_of", [text]), ("begins", text)):
        assert names({"field": "first_name", "operator": operator, "value": value}, now) == [text]
    assert names({"field": "product", "operator": "any_of", "value": [text]}, now) == []
    assert names({"field": "first_name", "operator": "begins", "value": "%"}, now) == (
        [text] if text[0] == "%" else []
    )


def test_saving_changing_deleting(people: dict[str, Profile], now: datetime) -> None:
    """A name is used once, whatever its case; a rule is checked; the change holds at once."""
    saved = segments.create(name="  Late   ones ", rule=LATE, now=now)
    assert (saved.name, saved.native, saved.created_at) == ("Late ones", False, now)
    with pytest.raises(BadInput, match="Another segment"):
        segments.create(name="LATE ONES", rule=LATE, now=now)
    for bad in ("", "x" * 121, "a\x00b"):
        with pytest.raises(BadInput, match="1 to 120"):
            segments.create(name=bad, rule=LATE, now=now)
    with pytest.raises(BadRule):
        segments.create(name="Other", rule={"all": []}, now=now)
    changed = segments.update(saved.public_id, name="late ones", rule={"not": LATE}, now=now + DAY)
    assert (changed.name, changed.updated_at) == ("late ones", now + DAY)
    assert names(segments.of_public_id(saved.public_id).rule, now) == ["Carla", "Dora"]
    with pytest.raises(BadRule):
        segments.update(saved.public_id, rule={}, now=now)
    assert segments.remove(saved.public_id).name == "late ones"
    assert segments.of_public_id(saved.public_id) is None and not Segment.objects.exists()
    with pytest.raises(BadInput, match="no such segment"):
        segments.remove(saved.public_id)


def test_what_comes_with_us_stays(people: dict[str, Profile], now: datetime) -> None:
    """Neither changed nor deleted."""
    ours = native("Loyal")
    for attempt in (
        lambda: segments.update(ours.public_id, name="Mine", now=now),
        lambda: segments.remove(ours.public_id),
    ):
        with pytest.raises(Refused, match="comes with us"):
            attempt()


def test_a_shop_saves_so_many(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all types stays cheap."""
    monkeypatch.setattr(segments, "MOST", 1)
    segments.create(name="One", rule=LATE, now=now)
    with pytest.raises(BadInput, match="at most"):
        segments.create(name="Two", rule=LATE, now=now)

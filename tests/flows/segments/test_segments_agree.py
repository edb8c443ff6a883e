"""Compiled SQL and the plain reference agree: random rules about random people, asked in every way that we ask."""

import math
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.models import (
    Basket,
    CampaignStep,
    CampaignVersion,
    Consent,
    CustomerSummary,
    Declaration,
    Enrolment,
    HabitShift,
    Identity,
    Label,
    Prediction,
    Profile,
    Purchase,
    PurchaseLine,
    Refund,
    Touch,
)  # fmt: skip
from saleor_relacional.rules.fields import CAUSES, FIELDS, HABITS, STAGES, Field, FieldKind
from saleor_relacional.rules.read import operators
from saleor_relacional.rules.tree import Operator
from tests.rules.reference import Bought, Person, World, holds
from tests.running.tries import tries
from tests.support.campaign_stories import a_fit

pytestmark = pytest.mark.django_db

PEOPLE = 40
SPACE = UUID("8c1f6f0e-4a35-4c6b-9a57-52c7a1f0c2d1")
CAMPAIGNS = [str(uuid5(SPACE, name)) for name in ("spring", "autumn")]
WORDS = {
    "currency": ["EUR", "USD", ""], "language": ["es", "en", ""], "channel": ["web", "app", ""],
    "first_name": ["Ana", "An%", "A_a", "a\\b", "O'Hara", "Bea; DROP TABLE x", ""],
    "email": ["ana@x.example", "bea@x.example"], "product": ["tea", "cup", "te%"],
    "purchase_channel": ["web", "app"], "purchase_currency": ["EUR", "USD"], "campaign": CAMPAIGNS,
    "label": ["wholesale", "press", "friend"],
}  # fmt: skip
DAYS = [-400, -100, -30, -7, -1, 0, 1, 7, 30]
CHANCES = [0.1, 0.3, 0.5, 0.9]
NUMBERS = [0, 1, 2, 3, 7, 30, 100]


class Maker:
    """Random people, in our tables and in the reference."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.now, self.dice = now, random.Random(seed)

    def one(self, number: int) -> tuple[Profile, Person]:
        """Somebody."""
        dice = self.dice
        person = Person(values=self.values(), currency=dice.choice(["EUR", "USD", ""]))
        person.values["currency"] = person.currency
        person.values["kept"] = person.values["sold"] - person.values["refunded"]
        person.account, person.basket = dice.random() < 0.5, dice.random() < 0.3
        person.declared = dice.random() < 0.3
        person.habits = [(what, self.at()) for what in HABITS if dice.random() < 0.2]
        person.bought = [self.bought() for _ in range(dice.choice([0, 0, 1, 2, 4]))]
        person.mails = [self.at() for _ in range(dice.choice([0, 0, 1, 2]))]
        person.campaigns = [(name, self.at()) for name in CAMPAIGNS if dice.random() < 0.3]
        person.labels = [(name, self.at()) for name in WORDS["label"] if dice.random() < 0.3]
        said = [
            (dice.choice(["opt_in", "stated", "opt_out"]), self.at())
            for _ in range(dice.choice([0, 1, 2, 3]))
        ]
        person.said = sorted(said, key=lambda each: each[1])
        return self.write(person, number), person

    def at(self) -> datetime:
        return self.now + timedelta(days=self.dice.choice(DAYS[:7]))

    def maybe(self, value: Any) -> Any:
        return None if self.dice.random() < 0.25 else value

    def values(self) -> dict[str, Any]:
        dice, last = self.dice, self.maybe(self.at())
        believed = dice.random() < 0.7
        moments = {name: self.maybe(self.at()) for name in ("slips_at", "lapses_at", "lost_at", "joined_at")}
        chances = {
            name: dice.choice(CHANCES) if believed else None
            for name in ("alive", "order_30", "order_90", "order_365")
        }
        amounts = {
            name: float(dice.choice(NUMBERS)) if believed else None
            for name in ("expected_30", "expected_90", "expected_365", "order_value", "year_value")
        }
        fifths = {
            name: dice.choice([None, 1, 3, 5]) if believed else None
            for name in ("rfm_recency", "rfm_frequency", "rfm_monetary")
        }
        return {
            **moments, **chances, **amounts, **fifths, "stage": dice.choice(STAGES), "cause": dice.choice(CAUSES),
            "since": self.at(), "met_at": self.at(), "last_at": last, "purchases": dice.choice(NUMBERS),
            "purchase_days": dice.choice(NUMBERS), "first_day": self.maybe(self.at().date()),
            "last_gap": self.maybe(dice.choice(NUMBERS)), "typical_days": self.maybe(dice.choice(NUMBERS[1:])),
            "spread": 0.5, "sold": Decimal(dice.choice(NUMBERS)), "refunded": Decimal(dice.choice(NUMBERS)),
            "email": dice.choice(WORDS["email"]), "vouched": dice.random() < 0.5,
            "first_name": dice.choice(WORDS["first_name"]), "language": dice.choice(WORDS["language"]),
            "channel": dice.choice(WORDS["channel"]),
        }  # fmt: skip

    def bought(self) -> Bought:
        dice = self.dice
        return Bought(
            at=self.at(), sold=Decimal(dice.choice(NUMBERS)), currency=dice.choice(["EUR", "USD"]),
            channel=dice.choice(["web", "app"]), counts=dice.random() < 0.8, refunded=dice.random() < 0.3,
            products=dice.sample(WORDS["product"], dice.choice([0, 1, 2])),
        )  # fmt: skip

    def write(self, person: Person, number: int) -> Profile:
        known = person.values
        profile = Profile.objects.create(
            email=known["email"], email_key=known["email"], vouched=known["vouched"], first_name=known["first_name"],
            language=known["language"], channel=known["channel"], joined_at=known["joined_at"],
            created_at=known["met_at"],
        )  # fmt: skip
        typical = known["typical_days"]
        CustomerSummary.objects.create(
            profile=profile, currency=person.currency, stage_cause=known["cause"],
            rhythm_log_mean=None if typical is None else math.log(typical),
            rhythm_log_sd=None if typical is None else known["spread"],
            **{name: known[name] for name in (
                "stage", "since", "purchases", "purchase_days", "first_day", "last_at", "last_gap", "slips_at",
                "lapses_at", "lost_at", "sold", "refunded",
            )},
        )  # fmt: skip
        beliefs = ("alive", "order_30", "order_90", "order_365", "expected_30", "expected_90", "expected_365",
                   "order_value", "year_value")  # fmt: skip
        if known["alive"] is not None:
            Prediction.objects.create(
                profile=profile,
                fit=a_fit(self.now),
                as_of=self.now,
                **{name: known[name] for name in beliefs},
                **{name: known[name] or 0 for name in known if name.startswith("rfm_")},
            )
        self.facts(person, profile, number)
        return profile

    def facts(self, person: Person, profile: Profile, number: int) -> None:
        for n, each in enumerate(person.bought):
            row = Purchase.objects.create(
                profile=profile, source="test", reference=f"{number}-{n}", channel=each.channel,
                currency=each.currency, sold=each.sold, placed_at=each.at, day=each.at.date(), learned_at=each.at,
                digest=b"", state="counts" if each.counts else "withdrawn",
            )  # fmt: skip
            for product in each.products:
                PurchaseLine.objects.create(
                    purchase=row, profile_id=profile.pk, product_key=product, quantity=1, total=1
                )
            if each.refunded:
                Refund.objects.create(
                    profile=profile, purchase=row, source="test", reference=f"{number}-{n}", amount=1,
                    currency=each.currency, happened_at=each.at, learned_at=each.at,
                )  # fmt: skip
        for basis, at in person.said:
            for purpose in ("content", "offers"):
                Consent.objects.create(
                    profile=profile,
                    purpose=purpose,
                    basis=basis,
                    source="test",
                    happened_at=at,
                    learned_at=at,
                )
        if person.account:
            Identity.objects.create(profile=profile, kind="account", source="test", key=str(number))
        if person.basket:
            Basket.objects.create(
                profile=profile, source="test", reference=str(number), currency="EUR", total=1, changed_at=self.now,
                learned_at=self.now,
            )  # fmt: skip
        if person.declared:
            Declaration.objects.create(
                profile=profile, every_days=42, declared_by="customer", declared_at=self.now
            )
        for what, at in person.habits:
            HabitShift.objects.create(
                profile_id=profile.pk, what=what, happened_on=at.date(), learned_at=at, p_value=0.001
            )
        for name, at in person.campaigns:
            self.enrolment(profile, name, "started", started_at=at, window_ends_at=at)
        for name, at in person.labels:
            Label.objects.create(profile=profile, name=name, set_by="account:1", set_at=at)
        for name in set(WORDS["label"]).difference(name for name, _ in person.labels):
            Label.objects.create(
                profile=profile, name=name, set_by="account:1", set_at=self.now, removed_at=self.now
            )
        self.enrolment(profile, CAMPAIGNS[0], "suppressed")
        mailed = self.enrolment(profile, CAMPAIGNS[1], "waiting")
        for number, at in enumerate(person.mails, 1):
            Touch.objects.create(
                enrolment=mailed, profile=profile, step=self.step(mailed, number), state="sent",
                due_at=at, expires_at=at, created_at=at,
                ended_at=at,
            )  # fmt: skip

    def step(self, enrolment: Enrolment, number: int) -> CampaignStep:
        made, _ = CampaignStep.objects.get_or_create(
            version=enrolment.version, number=number, defaults={"message": "win_back"}
        )
        return made

    def enrolment(self, profile: Profile, campaign: str, state: str, **more: Any) -> Enrolment:
        version = CampaignVersion.objects.get(campaign__public_id=campaign)
        return Enrolment.objects.create(
            campaign=version.campaign, version=version, profile=profile, cycle=state, arm="treated", state=state,
            stage="lapsed", considered_at=self.now, **more,
        )  # fmt: skip


@pytest.fixture
def people(shop: Any, now: datetime) -> list[tuple[Profile, Person]]:
    """Forty; one more was merged away and belongs to nothing."""
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write about what you bought.")
    for name in CAMPAIGNS:
        campaign = campaigns.create(name=name, now=now, terms=Terms())
        type(campaign).objects.filter(pk=campaign.pk).update(public_id=name)
    maker = Maker(now, seed=7)
    found = [maker.one(number) for number in range(PEOPLE)]
    gone, _ = maker.one(PEOPLE)
    Profile.objects.filter(pk=gone.pk).update(merged_into=found[0][0])
    return found


days = st.integers(-400, 30).filter(lambda n: n % 10 in (0, 7)) | st.sampled_from(DAYS)
moments = (
    days.map(lambda n: {"days_ago": -n} if n <= 0 else {"days_ahead": n})
    | st.sampled_from(["2026-03-01", "2026-03-02", "2026-03-02T12:00:00Z", "2025-11-22T13:00:00+01:00"])
)  # fmt: skip


def values(field: Field, operator: str) -> st.SearchStrategy[Any]:
    """What fits."""
    if field.kind is FieldKind.FLAG:
        one: st.SearchStrategy[Any] = st.booleans()
    elif field.kind in (FieldKind.MOMENT, FieldKind.DAY):
        one = moments
    elif field.kind is FieldKind.PROBABILITY:
        one = st.sampled_from([0.05, *CHANCES])
    elif field.kind in (FieldKind.NUMBER, FieldKind.MONEY):
        one = st.sampled_from([-1, *NUMBERS, 2.5, "7.0"])
    else:
        one = st.sampled_from(list(field.choices) or WORDS[field.name])
    if operator == Operator.BETWEEN:
        pairs = st.tuples(one, one).map(list)
        return (
            pairs
            if field.kind in (FieldKind.MOMENT, FieldKind.DAY)
            else pairs.map(lambda two: sorted(two, key=float))
        )
    if operator in ("one_of", "none_of", "any_of", "all_of"):
        return st.lists(one, min_size=1, max_size=3)
    return st.sampled_from(["A", "An", "a\\", "%", "w", "ana@"]) if operator == "begins" else one


@st.composite
def condition(draw: Any, name: str | None = None) -> dict[str, Any]:
    """Any that can be written; live offers are told in test_types.py."""
    field = FIELDS[name or draw(st.sampled_from(sorted(set(FIELDS) - {"live_offer"})))]
    operator = str(draw(st.sampled_from(operators(field))))
    made: dict[str, Any] = {"field": field.name, "operator": operator}
    if operator not in ("known", "unknown"):
        made["value"] = draw(values(field, operator))
    if field.kind is FieldKind.MONEY:
        made["currency"] = draw(st.sampled_from(["EUR", "USD"]))
    for word in ("since", "until"):
        if field.facts and draw(st.booleans()):
            made[word] = draw(moments)
    return made


rules = st.recursive(
    condition(),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda children: st.sampled_from([{"all": children}, {"any": children}, {"not": children[0]}])
    ),
    max_leaves=6,
)


def test_sql_and_the_reference_agree(people: list[tuple[Profile, Person]], now: datetime) -> None:
    """Members page by page, exact count, types of a person and why: one answer, that of plain Python."""
    world = World(now=now, zone=ZoneInfo(conf.host().time_zone()), soft=True)
    everybody = [profile.pk for profile, _ in people]

    @settings(
        max_examples=tries(200),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(rules)
    def agree(rule: dict[str, Any]) -> None:
        node = parsed(rule)
        expected = [profile.pk for profile, person in people if holds(rule, person, world)]
        found, more = membership.page(node, first=100, after=None, now=now)
        assert [each.id for each in found] == expected and not more
        assert membership.count(node, now=now, exact=True).number == len(expected)
        told = membership.why(everybody, node, now=now)
        assert [pk for pk in everybody if told[pk].member] == expected

    agree()


def test_every_field_on_its_own_and_turned_round(people: list[tuple[Profile, Person]], now: datetime) -> None:
    """Each condition and its opposite, alone, beside another and in an OR: nobody in both, nobody in neither."""
    world = World(now=now, zone=ZoneInfo(conf.host().time_zone()), soft=True)
    anybody = {"field": "purchases", "operator": "at_least", "value": 0}
    nobody = {"field": "purchases", "operator": "under", "value": 0}

    @settings(
        max_examples=tries(5),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.tuples(*(condition(name) for name in sorted(set(FIELDS) - {"live_offer"}))))
    def agree(one_of_each: tuple[dict[str, Any], ...]) -> None:
        for rule in one_of_each:
            turned = {"not": rule}
            for told in (rule, {"all": [anybody, turned]}, {"any": [nobody, turned]}):
                found, _ = membership.page(parsed(told), first=100, after=None, now=now)
                expected = [profile.pk for profile, person in people if holds(told, person, world)]
                assert [each.id for each in found] == expected, told

    agree()

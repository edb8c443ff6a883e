"""A campaign's form loses nothing: whatever stands in its terms stands in the form, and comes back from it."""

from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.dashboard.campaigns import draft, form
from saleor_relacional.dashboard.campaigns import terms as typed_terms
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.terms import Terms, terms_of
from saleor_relacional.flows.incentives.rungs import CODED, TASKS, Amount, RungRule, RungTerms
from saleor_relacional.models import Campaign, CampaignVersion, RungKind, Stage
from saleor_relacional.rules.contact.policy import CampaignContactPolicy
from tests.api.asking import Asker
from tests.dashboard.asking import post
from tests.dashboard.looking import content
from tests.dashboard.sections.test_campaigns import fields as sent
from tests.running.tries import tries
from tests.support.campaign_stories import open_shop

pytestmark = pytest.mark.django_db
SLUGS = ("eur", "eur-too", "usd", "gone")
"""The last one the shop has no more."""
MONEY_KINDS = (RungKind.PERCENTAGE, RungKind.FIXED)

money = st.decimals(Decimal("0.001"), 10**6, places=3)
amounts = st.dictionaries(st.sampled_from(["EUR", "USD"]), money, max_size=2).map(
    lambda each: tuple(Amount(currency=code, amount=each[code]) for code in sorted(each))
)
line = st.text("abcñ ,.'<&\"", max_size=12).map(str.strip)
words = st.text("abcñ<&\n", max_size=12).map(str.strip)
references = st.lists(st.text("abc123=", min_size=1, max_size=6), max_size=3, unique=True).map(tuple)
some_channels = st.lists(st.sampled_from(SLUGS), max_size=3, unique=True).map(
    lambda each: tuple(sorted(each))
)
days = st.dates(date(2030, 1, 1), date(2031, 1, 1))


@st.composite
def rung(draw: Any) -> RungTerms:
    """Of any kind, with all that it may say."""
    kind = draw(st.sampled_from(list(RungKind)))
    own = typed_terms.goods(kind.value)
    told = {
        "kind": kind.value,
        "value": draw(st.decimals(Decimal("0.001"), 100, places=3)) if kind == RungKind.PERCENTAGE else None,
        "amounts": draw(amounts) if kind == RungKind.FIXED else (),
        "minimum": draw(amounts) if kind in CODED else (),
        "once_per_order": draw(st.booleans()) if kind in MONEY_KINDS else False,
        "channels": draw(some_channels), "cost": draw(amounts),
        "person": draw(line) if kind in TASKS else "", "note": draw(words) if kind in TASKS else "",
        "days": draw(st.integers(1, 60)) if kind in TASKS else 3,
        **{name: draw(references) if name in own else () for name in draft.GOODS},
    }  # fmt: skip
    assert set(told) == {each.name for each in fields(RungTerms)}, "a field that the form does not know"
    return RungTerms(**told)


@st.composite
def step(draw: Any) -> Step:
    """With a ladder and who gets what of it."""
    in_days = draw(st.booleans())
    ladder = tuple(draw(st.lists(rung(), min_size=1, max_size=3)))
    numbers = st.integers(1, len(ladder))
    told = {
        "message": draw(st.sampled_from(["win_back", "win_back_again"])),
        "wait_days": draw(st.integers(0, 365)) if in_days else 0,
        "wait_rhythms": Decimal(0) if in_days else draw(st.decimals(0, 10, places=3)),
        "discount": "", "value": None, "offer_days": draw(st.integers(1, 365)), "rungs": ladder,
        "default_rung": draw(numbers),
        "rules": tuple(draw(st.lists(st.builds(RungRule, segment=st.uuids(), rung=numbers), max_size=2))),
    }  # fmt: skip
    assert set(told) == {each.name for each in fields(Step)}, "a field that the form does not know"
    return Step(**told)


@st.composite
def whole(draw: Any) -> Terms:
    """All of them, as they are once checked."""
    budget = draw(st.none() | money)
    rest = st.none() | st.integers(1, 30)
    told = {
        "stages": tuple(draw(st.lists(st.sampled_from(Stage.values), min_size=1, unique=True).map(sorted))),
        "steps": tuple(draw(st.lists(step(), min_size=1, max_size=2))),
        "channels": draw(some_channels) if budget is None else draw(st.sampled_from([("eur",), ("eur", "eur-too")])),
        "daily_capacity": draw(st.integers(0, 10**6)), "segment": draw(st.none() | st.uuids()),
        "objective": draw(st.sampled_from(["", "recover", "acquire"])),
        "control_share": draw(st.decimals(0, Decimal("0.999"), places=3)), "learning": draw(st.booleans()),
        "starts_on": draw(st.none() | days), "ends_on": draw(st.none() | days),
        "languages": draw(st.sampled_from([(), ("en",), ("en", "es"), ("gone",)])),
        "month_budget": budget, "budget_currency": "EUR" if budget is not None else "",
        "contact_policy": CampaignContactPolicy(
            per_week=draw(rest), per_month=draw(rest), gap_days=draw(rest),
            weekends=draw(st.sampled_from([None, False])),
        ),
        "topic": draw(st.sampled_from(["", "tea"])),
    }  # fmt: skip
    assert set(told) == {each.name for each in fields(Terms)}, "a field that the form does not know"
    return Terms(**told)


def through_the_form(terms: Terms) -> dict[str, Any]:
    """What a save reads that changed nothing in the form."""
    campaign = Campaign(name="Tea", kind="segment")
    drawn = form.form(kind_of("segment"), draft.of_terms(campaign, terms, 0))
    page = answer("campaigns/form.html", {"campaign": campaign, "form": drawn, "may_change": True})
    return typed_terms.terms(draft.typed(QueryDict(urlencode(sent(page.content.decode()), doseq=True))))


def as_kept(terms: Terms) -> dict[str, Any]:
    """Sets are sets: the form gives them in its own order; line breaks are the browser's until the flow has read
    them."""

    def rung_kept(one: RungTerms) -> RungTerms:
        return replace(
            one, channels=tuple(sorted(one.channels)), note=one.note.replace("\r\n", "\n"),
            countries=tuple(sorted(one.countries)),
        )  # fmt: skip

    steps = tuple(replace(each, rungs=tuple(map(rung_kept, each.rungs))) for each in terms.steps or ())
    sets = {name: tuple(sorted(getattr(terms, name) or ())) for name in ("stages", "channels", "languages")}
    return {each.name: getattr(replace(terms, steps=steps, **sets), each.name) for each in fields(Terms)}


@settings(max_examples=tries(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=whole())
def test_every_field_survives_a_form_that_nobody_touched(shop: Any, terms: Terms) -> None:
    """Of any campaign, made by whatever: in a shop with two currencies, or where no topic is declared any more."""
    shop.channel("eur-too", "EUR")
    shop.channel("usd", "USD")
    assert as_kept(Terms(**through_the_form(terms))) == as_kept(terms)


def test_a_rung_of_one_channel_stays_one_of_one_channel(shop: Any, owner: Asker, now: datetime) -> None:
    """10 % that an API limited to euros is not widened to dollars by saving a form in which nothing was changed; and
    the form is where one widens it."""
    open_shop(now)
    shop.channel("usd", "USD")
    ten = RungTerms(kind="percentage", value=Decimal(10), channels=("eur",))
    campaign = campaigns.create(
        name="Tea", now=now, terms=Terms(steps=(Step(message="win_back", rungs=(ten,)),))
    )
    place = f"campaigns/{campaign.public_id}/"
    untouched = sent(content(owner, place))
    assert untouched["steps[0].rungs[0].channels"] == ["eur"]
    assert post(owner, f"{place}save/", untouched).status_code == 200
    assert CampaignVersion.objects.count() == 1
    assert terms_of(campaigns.current(campaign)).steps[0].rungs == (ten,)
    both = {**untouched, "steps[0].rungs[0].channels": ["eur", "usd"]}
    assert post(owner, f"{place}save/", both).status_code == 200
    assert terms_of(campaigns.current(campaign)).steps[0].rungs[0].channels == ("eur", "usd")
    beyond = {**sent(content(owner, place)), "channels": ["usd"], "steps[0].rungs[0].channels": ["eur"]}
    refused = post(owner, f"{place}save/", beyond, language="es")
    assert (
        refused.status_code == 422 and 'id="f-steps[0].rungs[0].channels-error"' in refused.content.decode()
    )


def test_what_staff_are_to_do_keeps_its_lines(shop: Any, owner: Asker, now: datetime) -> None:
    """A browser sends two characters for each line break; they are one when they are kept."""
    open_shop(now)
    call = RungTerms(kind="call", person="Ana", note="Ask how it was.\nSay sorry.")
    campaign = campaigns.create(
        name="Tea", now=now, terms=Terms(steps=(Step(message="win_back", rungs=(call,)),))
    )
    place = f"campaigns/{campaign.public_id}/"
    assert post(owner, f"{place}save/", sent(content(owner, place))).status_code == 200
    assert CampaignVersion.objects.count() == 1
    assert terms_of(campaigns.current(campaign)).steps[0].rungs[0].note == call.note

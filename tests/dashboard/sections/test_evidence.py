"""What was changed, as an owner reads it: the sentence, four outcomes over time, harm, cost, and credit apart."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from saleor_relacional.dashboard.evidence import charts
from saleor_relacional.demo.telling import outcome
from saleor_relacional.demo.truth import Truth
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.owner import curve
from saleor_relacional.flows.evidence import costs, past_spends, results, results_words, rung_words
from saleor_relacional.flows.evidence.costs import MarginGiven
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.shop_control import overview, periods
from saleor_relacional.models import (
    BudgetMonth,
    Campaign,
    Enrolment,
    Policy,
    Purchase,
    PurchaseLine,
    RungStop,
    ShopControlPeriod,
    Touch,
)
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.dashboard.sections.test_campaigns import draft, post
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys
from tests.support.shop_control import hold_out
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

MANY = 240


@pytest.fixture
def told(shop: Any, now: datetime) -> Campaign:
    """A win-back that started sixty days ago with 240 people: of the treated three in four came back, of the others
    one in four; one treated person paid in three of the sixty days."""
    began = now - 60 * DAY
    open_shop(began, daily_capacity=1000)
    crowd(MANY, began, value="20.00")
    campaign = win_back(began, daily_capacity=1000)
    plan.consider(campaign, began)
    for arm, of_four in (("treated", 3), ("control", 1)):
        rows = list(Enrolment.objects.filter(arm=arm, state="started").order_by("pk"))
        for place, row in enumerate(rows):
            if place % 4 < of_four:
                buys(row.profile, row.started_at + timedelta(days=1 + place % 20), "40.00")
    return Campaign.objects.get(pk=campaign.pk)


def path(campaign: Campaign) -> str:
    return f"evidence/{campaign.public_id}/"


def test_what_a_campaign_brought(told: Campaign, owner: Asker, now: datetime) -> None:
    """Its sentence leads; two verdicts stand apart, each with its own interval; credit is called credit."""
    text = unescape(content(owner, path(told)))
    found = results.results(told, now)
    assert found.main and found.main.treated.people + found.main.control.people == MANY
    assert found.sentence in text and "Brings people back" in text
    for said in (
        "Came back",
        "Orders",
        "Money kept",
        "between +",
        "Whether it does harm",
        "Credit",
        "not what the campaign",
    ):
        assert said in text, said
    assert (
        text.count('<span class="pill verdict-') == 3
    )  # came back, orders, kept; what is earned is not known
    assert "Say what your products leave" in text and "Default margins" in text
    spanish = unescape(content(owner, path(told), language="es"))
    assert "Volvieron" in spanish and "Came back" not in spanish and "Credit" not in spanish


def test_an_owner_may_look_every_day(told: Campaign, owner: Asker, now: datetime) -> None:
    """Twelve looks from the day on which the first window closed, the last of them now; each is what the results said
    then, and the tables hold what is drawn."""
    main = results.results(told, now).main
    assert main is not None
    looks = curve.of_campaign(told, main, now)
    assert len(looks) == curve.LOOKS and looks[-1].at == now and looks[-1].result is main
    assert looks[0].at >= now - 31 * DAY
    for look in (looks[0], looks[6]):
        then = results.results(told, look.at).main
        assert then is not None
        assert then.came_back.lift == look.result.came_back.lift
    text = content(owner, f"{path(told)}curves/")
    assert text.count("<svg") == 3 and text.count("<table") == 3
    assert text.count("<tr>") == 3 * (1 + curve.LOOKS)
    assert "style=" not in text and "<script" not in text


def test_of_a_large_campaign_fewer_days_are_told(told: Campaign, now: datetime, monkeypatch: Any) -> None:
    """Each look costs what the results cost."""
    monkeypatch.setattr(curve, "MANY", 10)
    main = results.results(told, now).main
    assert main and len(curve.of_campaign(told, main, now)) == curve.FEW


def test_a_campaign_of_today_has_nothing_to_draw(shop: Any, owner: Asker, now: datetime) -> None:
    """Nobody has had their time: said, with when one will know; a draft too."""
    open_shop(now)
    crowd(4, now)
    campaign = win_back(now)
    assert "Nobody has started yet" in content(owner, path(campaign))
    plan.consider(campaign, now)
    text = content(owner, path(campaign))
    assert "cannot be said yet" in text
    assert "nothing to draw yet" in content(owner, f"{path(campaign)}curves/")
    assert "Nobody has started yet" in content(owner, path(draft(now, "welcome")))


def test_when_one_will_know_comes_after_the_page(
    told: Campaign, shop: Any, owner: Asker, now: datetime, monkeypatch: Any
) -> None:
    """It is read from the whole past of the shop, so no page waits for it: neither that of a campaign which nobody has
    started, nor that of one whose effect is not known; and where it is known nobody asks. Colleagues alone may."""

    def nobody_asks(*args: Any, **more: Any) -> Any:
        pytest.fail("the page reads the past of the shop")

    fresh = draft(now, "welcome")
    with monkeypatch.context() as patched:
        patched.setattr(past_spends, "past", nobody_asks)
        known, empty = content(owner, path(told)), content(owner, path(fresh))
    assert "/knowing/" not in known, "its effect is known"
    part = re.search(
        r'hx-get="/dashboard/content/([^"]*/knowing/)" hx-trigger="load" hx-target="this"', empty
    )
    assert part and part[1] == f"{path(fresh)}knowing/" and "Working out when you will know…" in empty
    assert "Nobody is there for it at the moment" in content(owner, part[1])
    assert "no se sabrá nada" in content(owner, part[1], language="es")
    runs = win_back(now - DAY, daily_capacity=1000)
    crowd(4, now)
    plan.consider(runs, now)
    assert f"{path(runs)}knowing/" in content(owner, path(runs))
    assert "customers per month" in content(owner, f"{path(runs)}knowing/")
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    for asker in (None, customer):
        assert "per month" not in content(asker, f"{path(runs)}knowing/")


def test_what_is_earned_is_told_once_it_is_known(told: Campaign, owner: Asker, now: datetime) -> None:
    """The owner says what products leave: four outcomes instead of three."""
    earning(now)
    main = results.results(told, now).main
    assert main is not None
    text = content(owner, path(told))
    assert Outcome.MARGIN in main.measured and "Earned" in text
    assert results_words.priced(main.priced) in text
    assert "The cost of nothing that was sold is known" in text


def earning(now: datetime) -> None:
    """Every product leaves two in five, by the owner's word: no cost is known."""
    Purchase.objects.update(net=Decimal("33.00"))
    PurchaseLine.objects.bulk_create(
        PurchaseLine(purchase=one, profile_id=one.profile_id, quantity=1, total=40, net=33)
        for one in Purchase.objects.all()
    )
    costs.decide(now=now, default_margins=[MarginGiven(share=Decimal("0.4"))])


def test_no_figure_of_what_is_earned_stands_alone(told: Campaign, owner: Asker, now: datetime) -> None:
    """Wherever something is said of what is earned, how much of it rests on known costs is said beside it: in the
    sentence that leads, on Home, in the list, below the chart, by API, of a stopped rung."""
    earning(now)
    found = results.results(told, now)
    assert found.main is not None and found.main.pays.outcome is Outcome.MARGIN
    beside = results_words.priced(found.main.priced)
    assert beside and found.sentence.endswith(beside)
    stop = RungStop(
        kind="percentage", value=Decimal(10), outcome="margin", cost=Decimal(412), brought_at_most=Decimal(150),
        currency="EUR", cost_known=0.0, cost_estimated=0.0,
    )  # fmt: skip
    assert rung_words.sentence(stop, "").endswith(beside)
    for place in (
        path(told), f"{path(told)}curves/", f"campaigns/{told.public_id}/said/", "slipping/",
    ):  # fmt: skip
        page = unescape(content(owner, place))
        assert beside in page, place
    asked = (
        "query($id: ID!) { relationshipCampaign(id: $id) { results { sentence byCurrency { costKnown } } } }"
    )
    key = to_global_id("RelationshipCampaign", told.public_id)
    by_api = owner.data(asked, id=key)["relationshipCampaign"]["results"]
    assert by_api["sentence"].endswith(beside) and by_api["byCurrency"][0]["costKnown"] == 0
    true = Truth(
        people=0, effect=None, uncapped=None, kept_with=0, kept_without=0, returned_with=0, returned_without=0
    )
    numbers = outcome.numbers(found, true)
    assert numbers["lift"]["margin"]["cost_known"] == 0


def test_whoever_was_erased_is_shown_by_arm(told: Campaign, owner: Asker, now: datetime) -> None:
    """Two of those who are written to were erased while their time ran. Their share is shown, and what they may have
    changed: of money that has no limit that is anything, so there is no verdict on it."""
    assert "Erased since" not in content(owner, path(told))
    gone = Enrolment.objects.filter(arm="treated", state="started").order_by("pk")[:2]
    for row in list(gone):
        assert row.profile is not None
        forget.forget(row.profile, now=now - 50 * DAY)
    Campaign.objects.update(cap=Decimal(100), cap_currency="EUR")
    text = unescape(content(owner, path(told)))
    people = Enrolment.objects.filter(arm="treated", state="started").count()
    share = f"{200 / people:.1f}".removesuffix(".0")
    assert f"<dt>Erased since, of those written to</dt><dd>2 <small>{share} of 100</small></dd>" in text
    assert "<dt>Erased since, of those held out</dt><dd>0 <small>0 of 100</small></dd>" in text
    assert "Money counts up to €100 per person" in text
    assert "Had those who were erased done their worst: between" in text
    Campaign.objects.update(cap=None, cap_currency="")
    text = unescape(content(owner, path(told)))
    assert "Nothing limits what a very large order counts" in text and "no verdict." in text
    spanish = unescape(content(owner, path(told), language="es"))
    assert "Borradas desde entonces" in spanish and "Erased since" not in spanish


def test_what_all_of_it_together_brought(shop: Any, owner: Asker, now: datetime) -> None:
    """Nobody is held out: the page says why one would; the owner holds out ten of a hundred; then the period has its
    sentence. More than can be is said at the field."""
    open_shop(now)
    assert "Nobody is held out of everything yet" in content(owner, "evidence/")
    for typed, said in (("50", "0.2"), ("many", "Give a number"), ("NaN", "Give a number")):
        refused = post(owner, "evidence/control/", share=typed, version="0")
        text = unescape(refused.content.decode())
        assert refused.status_code == 422 and 'aria-invalid="true"' in text and f'value="{typed}"' in text
        assert said in text or "20" in text
    assert post(owner, "evidence/control/", share="10", version="0").status_code == 200
    late = post(owner, "evidence/control/", share="0", version="0")
    text = unescape(late.content.decode())
    assert late.status_code == 409 and "Somebody else has changed this" in text and "It says now: 10" in text
    assert 'name="version" value="10"' in text and 'value="0" inputmode' in text
    assert Policy.objects.get().shop_control_share == Decimal("0.1")
    campaign = win_back(now, daily_capacity=1000)
    crowd(40, now)
    plan.consider(campaign, now)
    later = overview.overview(now)
    text = unescape(content(owner, "evidence/"))
    assert f"{later.periods[0].control} are held out of everything commercial" in text
    assert "Not enough evidence yet" in text and campaign.name in text
    period = ShopControlPeriod.objects.get()
    assert "nothing to draw yet" in content(owner, f"evidence/curves/{period.pk}/")
    headers = {"Authorization": owner.token}
    assert Client().get("/dashboard/content/evidence/curves/999999/", headers=headers).status_code == 404
    assert Decimal("0.2") == periods.MOST


def test_all_harm_of_the_shop_is_told(shop: Any, owner: Asker, now: datetime) -> None:
    """Of everything together as of one campaign: who objected, who complained, who gave something back."""
    began = now - (periods.WINDOW_DAYS + 10) * DAY
    open_shop(began, daily_capacity=1000)
    hold_out(began)
    crowd(60, began, value="20.00")
    plan.consider(win_back(began, daily_capacity=1000), began)
    text = unescape(content(owner, "evidence/"))
    for said in ("Objected", "Complained", "Gave something back"):
        assert said in text, said
    assert "Se quejaron" in content(owner, "evidence/", language="es")
    period = ShopControlPeriod.objects.get()
    beside = re.search(r'hx-get="/dashboard/content/(evidence/beside/\d+/)"', text)
    assert beside and "–" in content(owner, beside[1]), "nothing was taken off yet, and nothing is credited"
    one = Enrolment.objects.filter(arm="treated", state="started").first()
    assert one is not None
    Enrolment.objects.filter(pk=one.pk).update(credited_sold=Decimal("40"))
    for days, amount in ((0, "7.50"), (20, "2.50"), (45, "800"), (-400, "900")):
        month = accounts.month_of(began + days * DAY)
        sums = {"reserved": 0, "settled": Decimal(amount), "returned": 0}
        BudgetMonth.objects.create(campaign=one.campaign, month=month, currency="EUR", **sums)
    told = " ".join(content(owner, beside[1]).split())
    assert "€10.00" in told and "€40.00" in told and "not what was changed" in told
    assert "Atribución" in content(owner, beside[1], language="es")
    sent = Touch.objects.filter(enrolment=one).update(
        state="sent", ended_at=began + 2 * DAY, claim_token=None, lease_until=None
    )
    foreign = buys(one.profile, began + 5 * DAY, "70.00", currency="USD")
    Touch.objects.filter(enrolment=one).update(credited_purchase_id=foreign.pk)
    told = " ".join(content(owner, beside[1]).split())
    assert f"<dt>Mails sent</dt><dd>{sent}</dd>" in told and sent == 1
    assert "$70.00" in told and "€40.00" in told, "what has no rate is credited in its own currency"
    Touch.objects.filter(enrolment=one).update(ended_at=began - 2 * DAY)
    assert "<dt>Mails sent</dt><dd>0</dd>" in " ".join(content(owner, beside[1]).split())
    Enrolment.objects.filter(pk=one.pk).update(started_at=period.begins_at - DAY)
    assert "€40.00" not in content(owner, beside[1]), "whoever started before it is in no period's credit"
    headers = {"Authorization": owner.token}
    assert Client().get("/dashboard/content/evidence/beside/999999/", headers=headers).status_code == 404


def test_who_may_look_and_who_may_change(told: Campaign, shop: Any, reader: Asker) -> None:
    """Readers have no form; posting all the same is refused. Nobody and customers see nothing."""
    text = content(reader, "evidence/")
    assert "hx-post" not in text and "MANAGE_RELATIONSHIPS" in text and told.name in text
    assert post(reader, "evidence/control/", share="10").status_code == 403
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    for place in ("evidence/", path(told), f"{path(told)}curves/"):
        for asker in (None, customer):
            assert "Came back" not in content(asker, place) and told.name not in content(asker, place)


def test_pages_of_campaigns(shop: Any, owner: Asker, now: datetime) -> None:
    """Twenty-five, then the rest, each once; a place that is none is not found."""
    open_shop(now)
    for _ in range(28):
        win_back(now)
    Campaign.objects.update(fixed_at=now)
    text = content(owner, "evidence/")
    link = re.search(r'hx-get="/dashboard/content/(evidence/rows/\?after=\d+)"', text)
    assert link
    told = re.findall(r'href="/dashboard/evidence/([0-9a-f-]{36})"', text + content(owner, link[1]))
    assert len(told) == 28 == len(set(told))
    headers = {"Authorization": owner.token}
    assert Client().get("/dashboard/content/evidence/rows/?after=x", headers=headers).status_code == 404


def test_a_chart_holds_what_it_draws(now: datetime) -> None:
    """Everything lies inside; nothing has a line of its own; one look and no difference at all can be drawn."""
    points = [(now + number * DAY, -3.0 + number / 4, 1.0 + number / 2, 5.0 + number) for number in range(12)]
    drawn = charts.chart(points, currency="EUR")
    heights = [each for mark in drawn.marks for each in (mark.low, mark.at, mark.high)]
    assert all(
        0 <= each <= drawn.height for each in [*heights, drawn.zero, *(tick.at for tick in drawn.heights)]
    )
    assert any(tick.value == 0 for tick in drawn.heights) and len(drawn.days) <= charts.MOST_DAYS
    alone = charts.chart([(now, 0.0, 0.0, 0.0)], currency="")
    assert len(alone.marks) == 1 and alone.heights


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(told: Campaign, shop: Any, owner: Asker, now: datetime, language: str) -> None:
    """Real outcomes, drawn and in tables, in light and dark, at a desk and on a phone."""
    page = content(owner, path(told), language=language)
    drawn = content(owner, f"{path(told)}curves/", language=language)
    page = re.sub(r'(curves/"[^>]*>)<p class="muted">[^<]*</p>', lambda found: found[1] + drawn, page)
    whole = content(owner, "evidence/", language=language)
    said = content(owner, f"campaigns/{told.public_id}/said/", language=language)
    whole = re.sub(r'(said/"[^>]*>)[^<]*</p>', lambda found: f"{found[1]}{said}</p>", whole)
    found = {f"evidence campaign {language}": page, f"evidence shop {language}": whole}
    assert faults(found, language=language) == {}

"""A verdict waits for the refunds of the last purchases: until their period has passed it is provisional."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.evidence import results, verdict_words
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.results_words import sentence
from saleor_relacional.insight.inference.experiment import Verdict
from saleor_relacional.models import Enrolment, Refund
from tests.api.asking import Asker
from tests.support.instants import DAY, MINUTE
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

WINDOW = timedelta(days=30)
REFUND_PERIOD = timedelta(days=30)


@pytest.fixture
def campaign(shop, now):
    """Nobody has started yet."""
    return campaigns.create(name="Win back", now=now, terms=campaigns.Terms())


def start(campaign, at, *, earlier=0):
    """60 people of each arm start, of whom every treated one buys for about 50 on the last day of their window."""
    for n in range(120):
        who = person(f"P{n}", email=f"p{earlier + n}@shop.example")
        Enrolment.objects.create(
            campaign=campaign, version=campaigns.current(campaign), profile=who, cycle="1", currency="EUR",
            arm="control" if n % 2 else "treated", drawn_share=".5", state="started", stage="lapsed", considered_at=at,
            started_at=at, window_ends_at=at + WINDOW,
        )  # fmt: skip
        if n % 2 == 0:
            buys(who, at + WINDOW - DAY, f"{45 + n % 10}.00")


def send_all_back(campaign, at):
    """Every purchase of theirs comes back whole."""
    for row in Enrolment.objects.filter(campaign=campaign, arm="treated"):
        for order in row.profile.purchases.all():
            Refund.objects.create(
                profile=row.profile, source="test", reference=f"r{order.pk}", purchase=order, amount=order.sold,
                currency="EUR", happened_at=at, learned_at=at,
            )  # fmt: skip


def test_provisional_until_the_refund_period_has_passed(campaign, now):
    """It helps when the window closes, provisionally to the last minute of the period, then for good."""
    start(campaign, now)
    end = now + WINDOW
    for at, provisional in [
        (end, True), (end + REFUND_PERIOD - MINUTE, True), (end + REFUND_PERIOD, False), (end + 90 * DAY, False),
    ]:  # fmt: skip
        found = results.results(campaign, at)
        assert (found.verdict, found.provisional_until is not None) == (Verdict.HELPS, provisional)


def test_what_seemed_to_help_was_sent_back(campaign, now):
    """Everything bought on the last day comes back within the period: what was provisional is not true, and nobody was
    told otherwise."""
    start(campaign, now)
    end = now + WINDOW
    assert (results.results(campaign, end).verdict, results.results(campaign, end).provisional_until) == (
        "helps",
        end + REFUND_PERIOD,
    )
    send_all_back(campaign, end + 14 * DAY)
    found = results.results(campaign, end + REFUND_PERIOD)
    assert (found.verdict, found.provisional_until is not None) == (Verdict.NOT_ENOUGH_EVIDENCE, False)
    assert found.main.treated.kept == Decimal(0)


def test_a_campaign_that_goes_on_is_not_provisional_for_ever(campaign, now):
    """Others' windows closed today, but those whose period has passed say the same by themselves."""
    start(campaign, now)
    later = now + 60 * DAY
    start(campaign, later, earlier=1000)
    found = results.results(campaign, later + WINDOW)
    assert (found.main.treated.people, found.verdict, found.provisional_until is not None) == (
        120,
        Verdict.HELPS,
        False,
    )


def test_a_window_that_runs_makes_nothing_provisional(campaign, now):
    """Running windows are in no verdict, so they cannot change it."""
    start(campaign, now)
    later = now + WINDOW + REFUND_PERIOD
    start(campaign, later - DAY, earlier=1000)
    found = results.results(campaign, later)
    assert (found.main.running_treated.people, found.verdict, found.provisional_until is not None) == (
        60,
        Verdict.HELPS,
        False,
    )


def test_the_owner_is_told_so(campaign, now):
    """In both languages, with the day."""
    start(campaign, now)
    main = results.results(campaign, now + WINDOW).main
    assert main.provisional_until == now + WINDOW + REFUND_PERIOD
    with translation.override("en"):
        told = sentence(main.kept, "EUR")
        settled = sentence(replace(main.kept, provisional_until=None), "EUR")
        assert (
            told == f"{settled} Provisional until May 1, 2026: refunds of the last purchases may still come."
        )
    with translation.override("es"):
        told = sentence(main.kept, "EUR")
        assert told.endswith(
            " Provisional hasta el 1 de mayo de 2026: aún pueden llegar devoluciones de las últimas compras."
        )


def test_the_sentence_that_leads_says_so(campaign, now):
    """Once, with the later of the days of both verdicts; no more when both are settled. What is not certain yet is no
    verdict, so nothing is provisional about it."""
    start(campaign, now)
    found = results.results(campaign, now + WINDOW)
    with translation.override("en"):
        assert found.sentence.endswith(
            " per person. Provisional until May 1, 2026: refunds of the last purchases may still come."
        )
    with translation.override("es"):
        assert found.sentence.endswith(
            " Provisional hasta el 1 de mayo de 2026: aún pueden llegar devoluciones de las últimas compras."
        )
    assert "Provisional" not in results.results(campaign, now + WINDOW + REFUND_PERIOD).sentence
    back, kept = found.main.came_back, found.main.kept
    assert until(found.main, back=replace(back, provisional_until=now), kept=kept) == kept.provisional_until
    assert until(found.main, back=back, kept=replace(kept, provisional_until=now)) == back.provisional_until
    unknown = replace(kept, worst=None, provisional_until=now + 90 * DAY)
    assert until(found.main, back=replace(back, provisional_until=None), kept=unknown) is None


def until(main, *, back, kept):
    measured = {**main.measured, Outcome.CAME_BACK: back, Outcome.KEPT: kept}
    return verdict_words.provisional_until(replace(main, measured=measured))


def test_the_shop_says_how_long_it_waits(campaign, now, settings):
    """A shop that takes nothing back waits for nothing; what is no number of days is told by its name."""
    start(campaign, now)
    settings.RELACIONAL = {**settings.RELACIONAL, "REFUND_DAYS": 0}
    assert results.results(campaign, now + WINDOW).provisional_until is None
    settings.RELACIONAL = {**settings.RELACIONAL, "REFUND_DAYS": "30"}
    with pytest.raises(Misconfigured, match="REFUND_DAYS"):
        results.results(campaign, now + WINDOW)


def test_the_api_and_the_page_say_so(campaign, shop, now):
    """The same sentence and day for whoever asks."""
    start(campaign, now - WINDOW)
    asker = Asker(shop.context(account=shop.staff("MANAGE_USERS")))
    lift = asker.data(
        """{ relationshipCampaigns { edges { node { results { byCurrency { lift {
            verdict words provisionalUntil } } } } } } }"""
    )["relationshipCampaigns"]["edges"][0]["node"]["results"]["byCurrency"][0]["lift"]
    assert lift["verdict"] == "HELPS" and "Provisional until April 1, 2026" in lift["words"]
    assert datetime.fromisoformat(lift["provisionalUntil"]) == now + REFUND_PERIOD
    headers = {"Authorization": asker.token, "Accept-Language": "en"}
    page = Client().get("/dashboard/content/slipping/", headers=headers).content.decode()
    assert page.count("Provisional until April 1, 2026") == 1

"""Who objects to profiling: nothing is believed of them, by whichever way beliefs are computed."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.preferences.preferences import CUSTOMER
from saleor_relacional.flows.profiles import profiles, running_out
from saleor_relacional.flows.profiles.beliefs import beliefs
from saleor_relacional.flows.scoring import habit_shifts, rebuild, score, stale
from saleor_relacional.flows.sending import facts, send, why
from saleor_relacional.models import (
    Consent,
    CustomerSummary,
    Enrolment,
    HabitShift,
    Prediction,
    Profile,
    RunningOut,
    StageChange,
    Touch,
)
from tests.support.campaign_stories import a_fit, late
from tests.support.instants import DAY
from tests.support.mailing import campaign, due
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def objects(profile: Profile, now: datetime, *, stops: bool = True) -> None:
    preferences.change(profile, now=now, source=CUSTOMER, no_profiling=stops)


def believed(profile: Profile) -> list[str]:
    """What our tables believe of them."""
    summary = CustomerSummary.objects.get(profile=profile)
    told = {
        "prediction": Prediction.objects.filter(profile=profile).exists(),
        "stages": StageChange.objects.filter(profile_id=profile.pk).exists(),
        "shifts": HabitShift.objects.filter(profile_id=profile.pk).exists(),
        "running out": RunningOut.objects.filter(profile=profile).exists(),
        "rhythm": summary.rhythm_log_mean is not None,
        "boundaries": summary.slips_at is not None or summary.next_change_at is not None,
        "stage": summary.stage not in ("prospect", "new", "active"),
    }
    return [name for name, one in told.items() if one]


def test_what_was_believed_goes_at_once(shop: Any, now: datetime) -> None:
    """Ana is lapsed by her rhythm; she objects: in the same moment nothing is left but what she bought."""
    ana, bea = late("Ana", now, days_ago=every(15, 5, last=90)), late("Bea", now)
    HabitShift.objects.create(
        profile_id=ana.pk, what="rhythm", happened_on=now.date(), learned_at=now, p_value=0.01
    )
    assert {"prediction", "stages", "rhythm", "boundaries", "stage"} <= set(believed(ana))
    objects(ana, now)
    assert believed(ana) == [] and "prediction" in believed(bea)
    summary = CustomerSummary.objects.get(profile=ana)
    assert (summary.purchases, summary.stage) == (5, "active")
    [said] = Consent.objects.filter(profile=ana, purpose="profiling")
    assert (said.basis, said.source) == ("opt_out", "preferences")
    read = profiles.of_ids([ana.pk])[ana.pk]
    assert read.no_profiling and beliefs.of([read], now)[ana.pk] == []


def test_nothing_comes_back(shop: Any, now: datetime) -> None:
    """She buys again, time passes, everybody is scored anew, habits are looked for: still nothing."""
    ana = late("Ana", now, days_ago=every(15, 12, last=90))
    objects(ana, now)
    buys(ana, now + DAY)
    assert score.score_stale(now + 2 * DAY).profiles
    assert believed(ana) == []
    assert score.pass_time(now + 900 * DAY).profiles == 0
    stale.mark([ana.pk], now)
    score.refit(now + 3 * DAY)
    habit_shifts.detect([ana.pk], now + 3 * DAY)
    running_out.foresee([ana.pk], now + 3 * DAY)
    assert believed(ana) == []


@pytest.mark.django_db(transaction=True)
def test_nor_by_a_rebuild_that_is_under_way(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody is written anew in tables beside; Ana objects when her range is done. Bea's beliefs are adopted, and
    hers are not there."""
    monkeypatch.setattr(rebuild, "SMALL", 0)
    ana, bea = (
        late("Ana", now, days_ago=every(15, 5, last=90)),
        late("Bea", now, days_ago=every(20, 5, last=90)),
    )
    begun = rebuild.begin(now)
    while rebuild.work(begun):
        pass
    objects(ana, now)
    assert rebuild.end(now)
    assert believed(ana) == [] and "prediction" in believed(bea)
    rebuild.whole(now + DAY)
    assert believed(ana) == [] and "prediction" in believed(bea)


def test_who_allows_it_again_is_believed_in_anew(shop: Any, now: datetime) -> None:
    """And both words stand among the consents."""
    ana = late("Ana", now, days_ago=every(15, 5, last=90))
    objects(ana, now)
    objects(ana, now + DAY, stops=False)
    score.score_stale(now + DAY)
    assert {"prediction", "rhythm"} <= set(believed(ana))
    said = Consent.objects.filter(profile=ana, purpose="profiling").order_by("pk")
    assert list(said.values_list("basis", "text", "language")) == [
        ("opt_out", "", ""), ("opt_in", "You may learn my rhythm again", "en"),
    ]  # fmt: skip
    objects(ana, now + DAY)
    preferences.change(ana, now=now + DAY, source="staff", no_profiling=False)
    assert said.latest("pk").text == "", "what staff say of her is not in her words"


def test_saying_it_twice_says_it_once(shop: Any, now: datetime) -> None:
    """A form that is sent again adds no statement."""
    ana = person()
    objects(ana, now)
    objects(ana, now)
    assert Consent.objects.filter(profile=ana, purpose="profiling").count() == 1


def test_a_guest_who_objected_takes_it_along(shop: Any, now: datetime) -> None:
    """Ana objected as a guest, and turns out to have an account: of the account nothing is believed either."""
    guest, own = late("Ana", now, days_ago=every(15, 5, last=90)), late("Ana2", now)
    objects(guest, now)
    merge.merge(guest.pk, own.pk, cause="vouched", now=now)
    a_fit(now)
    score.score_stale(now)
    assert believed(own) == []


def test_no_mail_names_their_rhythm(shop: Any, now: datetime) -> None:
    """Ana's mail said why, and how often she used to come; she objects: it is said again without that, what is written
    next does not name it, and a campaign that has not started knows nothing of her value. Bea's stays."""
    running = campaign(now)
    ana, bea = due(running, now, "Ana", "Bea", days_ago=every(15, 5, last=90))
    send.send_due(now=now)
    waits = [
        Enrolment.objects.create(
            campaign=running, version=running.versions.get(), profile=one, cycle="x", arm="treated", state="waiting",
            stage="lapsed", year_value=120, considered_at=now,
        )
        for one in (ana, bea)
    ]  # fmt: skip
    sent = [Touch.objects.get(profile=one) for one in (ana, bea)]
    assert all("15 days" in why.of(one.pk, "en") for one in sent)
    objects(ana, now)
    assert "days" not in why.of(sent[0].pk, "en") and "have not ordered since" in why.of(sent[0].pk, "en")
    assert "15 days" in why.of(sent[1].pk, "en")
    known = facts.of([ana.pk, bea.pk], now)
    assert (known[ana.pk].rhythm, known[bea.pk].rhythm) == (None, 15)
    told = [
        (one.stage, one.year_value)
        for one in Enrolment.objects.filter(pk__in=[w.pk for w in waits]).order_by("pk")
    ]
    assert told == [("active", 0), ("lapsed", 120)]
    started = Enrolment.objects.get(profile=ana, state="started")
    assert started.stage == "lapsed"


def test_the_docs_say_which_campaigns_pass_them_by() -> None:
    """Each kind in one of the two lists, and in the right one."""
    page = (Path(__file__).parents[3] / "docs" / "consent.md").read_text()
    said = " ".join(
        page.partition("Campaigns that live by beliefs pass them by")[2].partition("##")[0].lower().split()
    )
    passed, _, go_on = said.partition("those that facts alone open go on")
    for kind in kinds().values():
        title = str(kind.title).lower()
        assert (title in passed, title in go_on) == (kind.believes, not kind.believes), kind.name

"""What happens between a mail's last question and its hand-over: while it is written, and while it waits for the
provider's rate."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from saleor_relacional.db import sql
from saleor_relacional.flows.contact import exclusions, labels, notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.sending import claims, compose, hand_over, send, service
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.models import Enrolment, MailProvider, Profile, Purchase, Touch
from tests.flows.preferences.test_they_bind import WISHES, wished
from tests.support import lock_order
from tests.support.campaign_stories import CHANNEL, customer, open_shop, scored
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends
from tests.support.people import person

pytestmark = pytest.mark.django_db

WISHED: list[tuple[Callable[[Profile, datetime], object], str]] = [
    (
        lambda ana, now, wishes=wishes: preferences.change(ana, now=now, source="customer", **wished(wishes, now)),  # type: ignore[misc]
        reason.value,
    )
    for wishes, reason, _ in WISHES
    if "unwanted_topics" not in wishes
]  # fmt: skip
ELSE: list[tuple[Callable[[Profile, datetime], object], str]] = [
    (lambda ana, now: tell.tell(ana.pk, kind="answer", source="staff", text="Hm.", now=now), "silence"),
    (lambda ana, now: exclusions.add(now=now, profile_id=ana.pk), "excluded"),
    (lambda ana, now: exclusions.add(now=now, address="ana@*"), "excluded"),
    (lambda ana, now: notes.note(ana.pk, kind="staff", at=now, now=now, commercial=True), "week_cap"),
]


@pytest.mark.parametrize(("happens", "reason"), [*WISHED, *ELSE])
def test_what_is_asked_while_the_mail_is_written(
    shop: Any, now: datetime, monkeypatch: Any, happens: Callable[[Profile, datetime], object], reason: str
) -> None:
    """Ana's mail is judged and written when she asks for something, or staff note it: it does not leave, and is judged
    anew."""
    [ana] = due(campaign(now), now, "Ana")
    whole = compose.compose

    def slowly(*given: Any) -> Any:
        written = whole(*given)
        happens(ana, now)
        return written

    with monkeypatch.context() as patched:
        patched.setattr(compose, "compose", slowly)
        assert send.send_due(now=now).sent == 0
    assert ends() == [("queued", "")] and mail.outbox == []
    assert send.send_due(now=now).sent == 0
    assert Touch.objects.get().reason == reason


def test_a_label_is_news_of_its_person_alone(shop: Any, now: datetime) -> None:
    """Ana's claimed mail goes back when she gets a label; Bea's stays with its sender, and so does one that Ana is
    owed."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    owe(ana, now)
    assert len(claims.claim_due(uuid4(), now, 10, campaigns=True).touches) == 3
    labels.change([ana.pk], by="staff", now=now, add=["Pause"])
    states = {(one.profile_id, one.service_id is None): one.state for one in Touch.objects.all()}
    assert states == {(ana.pk, True): "queued", (ana.pk, False): "claimed", (bea.pk, True): "claimed"}


def test_nobody_claims_before_what_changed_can_be_read(shop: Any, now: datetime) -> None:
    """Ana's queued mail is held while her label is written, in the same transaction, and not written anew."""
    [ana] = due(campaign(now), now, "Ana")
    row = "SELECT ctid::text, state FROM saleor_relacional_touch"
    before = sql.rows(row)
    with sql.atomic():
        labels.change([ana.pk], by="staff", now=now, add=["Pause"])
        assert sql.rows(row) == before
        [(held,)] = sql.rows("SELECT xmax::text <> '0' FROM saleor_relacional_touch")
    assert held


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self, happens: Callable[[int], object]) -> None:
        self.at, self.slept, self._happens = 0.0, 0, happens

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        """What happens meanwhile happens at the end of it."""
        self.at += seconds
        self.slept += 1
        self._happens(self.slept)


def clocked(monkeypatch: Any, happens: Callable[[int], object]) -> Clock:
    clock = Clock(happens)
    for module in (hand_over, send):
        monkeypatch.setattr(module, "time", clock)
    return clock


def owe(profile: Profile, now: datetime) -> None:
    service.enqueue(
        profile=profile, message="feedback_answer", key=f"k{profile.pk}", now=now, expires_at=now + DAY,
        occasion={"answer": "Sorry!", "words": "", "apologises": True, "order_number": ""},
    )  # fmt: skip


def rate(now: datetime, per_second: float, *, begins_in: float = 0.0) -> None:
    providers.decide(now=now, per_second=per_second, per_day=None, warm_up_from=None)
    MailProvider.objects.update(next_at=sql.real_now() + timedelta(seconds=begins_in))


def test_who_orders_while_her_mail_waits_for_its_turn(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """One mail in twenty seconds. Another worker has taken the place before: Ana's mail, the first, waits for 25
    seconds, in which she orders. It does not leave."""
    due(campaign(now), now, "Ana")
    rate(now, 0.05, begins_in=25)
    clock = clocked(monkeypatch, lambda _: shop.order(email="ana@shop.example"))
    assert send.send_due(now=now).sent == 0
    assert ends() == [("suppressed", "ordered")] and clock.slept == 1 and 20 < clock.at < 26


@pytest.mark.parametrize(("per_second", "people"), [(0.05, 2), (0.2, 4)])
def test_the_last_of_a_slow_batch(
    shop: Any, now: datetime, monkeypatch: Any, per_second: float, people: int
) -> None:
    """Whoever's turn comes more than ten seconds after the others were asked about is asked about then."""
    names = ["Ana", "Bea", "Cid", "Dan"][:people]
    due(campaign(now), now, *names)
    rate(now, per_second)
    last = people - 1

    def happens(slept: int) -> None:
        if slept == last:
            [waits] = Touch.objects.filter(state="claimed").select_related("profile")
            assert waits.profile is not None
            shop.order(email=waits.profile.email)

    clock = clocked(monkeypatch, happens)
    assert send.send_due(now=now, limit=people).ends == {"sent": people - 1, "suppressed": 1}
    assert clock.at == pytest.approx((people - 1) / per_second, abs=0.5)


def test_what_is_owed_waits_before_it_is_asked_about(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """The answer to Ana waits for its turn; meanwhile she has no address any more."""
    campaign(now)
    ana = person("Ana")
    owe(ana, now)
    rate(now, 0.05, begins_in=25)
    clocked(monkeypatch, lambda _: Profile.objects.update(email="", email_key=""))
    assert send.send_due(now=now).ends == {"suppressed": 1}
    assert Touch.objects.get().reason == "no_address" and mail.outbox == []


def happens_first(monkeypatch: Any, happens: Callable[[], object]) -> None:
    """Between the claim and the first question about any mail."""
    whole = send._send

    def later(*given: Any) -> None:
        happens()
        whole(*given)

    monkeypatch.setattr(send, "_send", later)


def answers(*people: Profile, now: datetime) -> None:
    for person_ in people:
        service.enqueue(
            profile=person_, message="feedback_answer", key=f"answer:{person_.pk}", now=now, expires_at=now + DAY,
            occasion={"kind": "wish", "told_at": now.isoformat(), "lines": ["Yes."]},
            links={"page": ("page", person_.public_id)},
        )  # fmt: skip


def test_somebody_is_forgotten_while_a_batch_runs(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """Ana's answer and Bea's offer are claimed when both are forgotten: Zoe's answer and Cleo's offer leave."""
    bea, cleo = due(campaign(now), now, "Bea", "Cleo")
    ana, zoe = person("Ana", channel="eur"), person("Zoe", channel="eur")
    answers(ana, zoe, now=now)
    happens_first(monkeypatch, lambda: [forget.forget(one, now=now) for one in (ana, bea)])
    assert send.send_due(now=now).ends == {"sent": 2, "lost": 2}
    assert sorted(one.to[0].partition("@")[0] for one in mail.outbox) == ["cleo", "zoe"]


@pytest.mark.parametrize("collected", [False, True])
def test_a_mail_that_was_written_for_somebody_merged_away(shop: Any, now: datetime, collected: bool) -> None:
    """Put down for the guest a moment after she became Ana, who became Anna: it leaves to Anna, whether the patrol
    takes it along or the sender is first, one merge a try."""
    open_shop(now)
    guest, ana, anna = person("Guest", channel="eur"), customer("Ana", now), customer("Anna", now)
    merge.merge(guest.pk, ana.pk, cause="test", now=now)
    merge.merge(ana.pk, anna.pk, cause="test", now=now)
    answers(guest, now=now)
    while collected and merge.collect_strays(now):
        pass
    for _ in range(0 if collected else 2):
        assert send.send_due(now=now).ends == {"queued": 1}
    assert send.send_due(now=now).ends == {"sent": 1}
    assert [one.to for one in mail.outbox] == [["anna@shop.example"]]
    assert merge.collect_strays(now) == 0 and send.send_due(now=now).ends == {}


def test_a_stray_goes_back_with_its_person(shop: Any, now: datetime) -> None:
    """The guest's answer has followed her to Ana when staff say that they are two: it leaves to the guest."""
    open_shop(now)
    guest, ana = person("Guest", channel="eur"), customer("Ana", now)
    done = merge.merge(guest.pk, ana.pk, cause="test", now=now)
    answers(guest, now=now)
    assert send.send_due(now=now).ends == {"queued": 1}
    merge.undo(done, now=now)
    assert send.send_due(now=now).ends == {"sent": 1}
    assert [one.to for one in mail.outbox] == [["guest@shop.example"]]


def test_a_mail_for_somebody_who_has_become_nobody(shop: Any, now: datetime) -> None:
    """No merge says where the guest has gone: her answer ends instead of being claimed again and again."""
    open_shop(now)
    guest, ana = person("Guest", channel="eur"), customer("Ana", now)
    Profile.objects.filter(pk=guest.pk).update(merged_into=ana)
    answers(guest, now=now)
    assert send.send_due(now=now).ends == {"suppressed": 1}
    assert ends() == [("suppressed", "merged")] and mail.outbox == []


def test_what_is_undone_while_it_is_followed(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """The guest is Ana when her answer is asked about, and herself again a moment later: nothing is lost."""
    open_shop(now)
    guest, ana = person("Guest", channel="eur"), customer("Ana", now)
    done = merge.merge(guest.pk, ana.pk, cause="test", now=now)
    answers(guest, now=now)
    whole = merge.collect_from

    def late(*given: Any) -> int:
        merge.undo(done, now=now)
        return whole(*given)

    with monkeypatch.context() as once:
        once.setattr(merge, "collect_from", late)
        assert send.send_due(now=now).ends == {"queued": 1}
    assert send.send_due(now=now).ends == {"sent": 1}
    assert [one.to for one in mail.outbox] == [["guest@shop.example"]]


@pytest.mark.parametrize("sender", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_a_campaigns_mail_for_somebody_merged_away(
    shop: Any, now: datetime, sender: bool, both: bool
) -> None:
    """A win-back was planned for the guest while she was becoming Ana: it goes to Ana, unless the same one was planned
    for Ana, too: then it ends, whoever comes upon it."""
    running = campaign(now)
    people = due(running, now, *(["Guest", "Ana"] if both else ["Guest"]))
    guest, ana = people if both else (people[0], customer("Ana", now))
    Purchase.objects.update(channel=CHANNEL)
    stray = Touch.objects.get(profile=guest)
    theirs = stray.enrolment_id
    Touch.objects.filter(pk=stray.pk).update(profile=None)
    Enrolment.objects.filter(pk=theirs).update(profile=None)
    merge.merge(guest.pk, ana.pk, cause="test", now=now)
    Enrolment.objects.filter(pk=theirs).update(profile=guest)
    Touch.objects.filter(pk=stray.pk).update(profile=guest)
    with lock_order.in_order():
        assert send.send_due(now=now) if sender else merge.collect_strays(now) > 0
    stray.refresh_from_db()
    if both:
        send.send_due(now=now)
        own = (
            ("sent", "") if sender else ("waiting", "other_offer")
        )  # what was booked for the guest is Ana's by then
        assert ends() == [("suppressed", "merged"), own]
        assert [one.to for one in mail.outbox] == ([["ana@shop.example"]] if sender else [])
    else:
        assert (stray.state, stray.profile_id, stray.reason) == ("queued", ana.pk, "")
        assert Enrolment.objects.get().profile_id == ana.pk


@pytest.mark.parametrize("sells", [False, True])
def test_somebody_is_merged_while_a_batch_runs(
    shop: Any, now: datetime, monkeypatch: Any, sells: bool
) -> None:
    """The guest's mail is claimed when she turns out to be Ana: it leaves to Ana a moment later."""
    if sells:
        [guest] = due(campaign(now), now, "Guest")
    else:
        open_shop(now)
        guest = person("Guest", channel="eur")
        answers(guest, now=now)
    ana = customer("Ana", now)
    with monkeypatch.context() as once:
        happens_first(once, lambda: merge.merge(guest.pk, ana.pk, cause="test", now=now))
        assert send.send_due(now=now).sent == 0
    assert ends()[0][0] in ("queued", "waiting", "suppressed") and ends()[0][1] != "merged"
    scored(now)
    send.send_due(now=now)
    if not sells:
        assert [one.to for one in mail.outbox] == [["ana@shop.example"]]

"""Why somebody may not be written to: one reason each, the first that applies."""

import pytest
from django.core import mail

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan, suppression
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    Incentive,
    Profile,
    Refund,
    Sender,
    Stale,
    Touch,
)
from tests.support.campaign_stories import CHANNEL, crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(shop, now):
    open_shop(now)
    return campaigns.current(win_back(now))


def reason(profile, version, now):
    return suppression.judge([profile.pk], version, now)[profile.pk]


def test_somebody_who_is_late_and_agreed_may_be_written_to(version, now):
    """Nothing stands against Ana."""
    assert reason(late("Ana", now), version, now) is None


def test_without_a_basis_nothing_leaves(version, now):
    """Ana never agreed to anything."""
    assert reason(late("Ana", now, agreed=False), version, now) == Suppression.NO_BASIS


def test_a_no_is_told_apart_from_silence(version, now):
    """Ana agreed once and said no later."""
    ana = late("Ana", now)
    consent.record_objection(ana, source="one_click", now=now)
    assert reason(ana, version, now) == Suppression.OPTED_OUT


def test_who_has_bought_since_is_left_alone_before_they_are_scored(version, now):
    """Ana's order came in a minute ago and her stage still says lapsed: no mail asks her to come back."""
    ana = late("Ana", now)
    buys(ana, now - DAY)
    assert reason(ana, version, now) == Suppression.CYCLE_OVER


def test_a_stage_that_the_campaign_does_not_write_to(version, now):
    """Ana was scored active again."""
    ana = late("Ana", now, days_ago=(60, 90))
    assert reason(ana, version, now) == Suppression.CYCLE_OVER


def test_money_went_back_lately(version, now):
    """After a refund we do not sell; a month later we may."""
    ana = late("Ana", now)
    Refund.objects.create(
        profile=ana,
        source="test",
        reference="r",
        amount=5,
        currency="EUR",
        happened_at=now - 10 * DAY,
        learned_at=now,
    )
    judged = suppression.weigh([ana.pk], version, now)[ana.pk]
    assert (judged.reason, judged.until) == (Suppression.SILENCE, now + 20 * DAY)
    assert reason(ana, version, now + 25 * DAY) is None


@pytest.mark.parametrize("cause", ["complaint", "bounce"])
def test_after_a_complaint_we_are_silent_for_good(version, now, cause):
    """Ana's mail was called spam (or came back): silent in a month, in a year, and when the shop states a consent of
    hers once more."""
    ana = late("Ana", now)
    consent.record_objection(ana, source="mail_server", now=now, cause=cause)
    consent.import_consent([ana.pk], source="import", text="Tea news.", happened_at=now + DAY, now=now + DAY)
    for days in (0, 2, 400):
        assert reason(ana, version, now + days * DAY) == Suppression.OPTED_OUT


@pytest.mark.parametrize("event", ["complaint", "refund"])
def test_silence_begins_before_the_mail_that_is_on_its_way(shop, now, event):
    """Ana is late and her mail is queued; then she complains, or gets money back. No mail leaves: after money went back
    it waits, and is too late a week later. The code that nobody has seen ends."""
    open_shop(now)
    ana = late("Ana", now)
    plan.consider(win_back(now, control_share="0", discount="percentage", value=10), now)
    if event == "complaint":
        consent.record_objection(ana, source="mail_server", now=now, cause="complaint")
    else:
        refund(ana, now)
    assert send.send_due(now=now).sent == 0 and mail.outbox == []
    if event == "refund":
        assert Touch.objects.values_list("state", "reason").get() == ("waiting", "silence")
        assert send.send_due(now=now + 7 * DAY).sent == 0
        assert Touch.objects.values_list("state", "reason").get() == ("expired", "silence")
    else:
        assert Touch.objects.get().state == "suppressed"
    assert Incentive.objects.get().state == "withdrawn"


def refund(profile, at):
    return Refund.objects.create(
        profile=profile, source="test", reference=f"r{profile.pk}", amount=5, currency="EUR", happened_at=at,
        learned_at=at,
    )  # fmt: skip


def test_one_message_a_week_whoever_sends_it(shop, now):
    """All started in the first campaign: the second leaves them alone for a week, in whichever arm they are, of either
    campaign. What the first has queued goes on."""
    open_shop(now)
    first, second = (win_back(now, salt=bytes([i]) * 16) for i in (1, 2))
    people = crowd(40, now)
    plan.consider(first, now)
    ids = [each.pk for each in people]
    queued = Touch.objects.select_related("step").get(
        profile=Enrolment.objects.filter(arm="treated")[0].profile
    )
    leaving = suppression.Leaving(step=queued.step, bookings=[(queued.enrolment_id, queued.step_id)])
    own = suppression.weigh([queued.profile_id], campaigns.current(first), now, leaving=leaving)
    assert own[queued.profile_id].reason is None
    found = suppression.weigh(ids, campaigns.current(second), now)
    assert {(each.reason, each.until) for each in found.values()} == {(Suppression.WEEK_CAP, now + 7 * DAY)}
    later = now + 7 * DAY
    assert set(suppression.judge(ids, campaigns.current(second), later).values()) == {None}


def test_of_two_campaigns_that_meet_in_a_merge_one_mail_leaves(shop, now):
    """A guest started in one campaign turns out to be Ana, who started in another an hour before: of the two mails one
    leaves, and the other waits for a week of its own until it is too late."""
    open_shop(now)
    first, second = (win_back(now, salt=bytes([i]) * 16, control_share="0") for i in (1, 2))
    ana = late("Ana", now)
    plan.consider(first, now - DAY / 24)
    campaigns.pause(first, now=now)
    guest = late("Guest", now)
    plan.consider(second, now)
    campaigns.activate(first, now=now)
    Enrolment.objects.filter(campaign=second, profile=guest).update(cycle="as a guest")
    merge.merge(guest.pk, ana.pk, cause="joined", now=now)
    Stale.objects.all().delete()
    Profile.objects.filter(pk=ana.pk).update(channel=CHANNEL)
    assert send.send_due(now=now).sent == 1
    assert sorted(Touch.objects.values_list("state", "reason")) == [("sent", ""), ("waiting", "week_cap")]


def test_nobody_stands_for_the_channel(version, now):
    """Ana bought in a channel that has no sender, Bea in one whose sender has no postal address."""
    ana, bea = late("Ana", now, channel="usd"), late("Bea", now, channel="gbp")
    Sender.objects.create(
        channel="gbp", name="Tea", address="t@tea.example", postal_address=" ", updated_at=now
    )
    assert reason(ana, version, now) == Suppression.NO_SENDER
    assert reason(bea, version, now) == Suppression.NO_POSTAL_ADDRESS


def test_a_campaign_for_some_channels(shop, now):
    """The campaign is for euros: Ana of the dollar channel is not written to, Bea without a channel in euros."""
    open_shop(now)
    version = campaigns.current(win_back(now, channels=(CHANNEL,)))
    ana, bea = late("Ana", now, channel="usd"), late("Bea", now, channel="")
    found = suppression.weigh([ana.pk, bea.pk], version, now)
    assert found[ana.pk].reason == Suppression.CHANNEL_EXCLUDED
    assert (found[bea.pk].reason, found[bea.pk].channel) == (None, CHANNEL)


def test_nothing_to_write_to(version, now):
    """Ana's address is not known; Bea is part of Ana now; somebody was forgotten."""
    ana = late("Ana", now, email="", email_key="")
    bea = late("Bea", now, merged_into=ana)
    assert reason(ana, version, now) == Suppression.NO_ADDRESS
    assert reason(bea, version, now) == Suppression.MERGED
    gone = Profile(pk=999_999)
    assert reason(gone, version, now) == Suppression.FORGOTTEN


def test_exactly_one_reason_the_first_of_the_table(version, now):
    """Ana bought since, said no, has no address and a refund: the purchase is the reason."""
    ana = late("Ana", now, channel="usd")
    consent.record_objection(ana, source="one_click", now=now)
    Profile.objects.filter(pk=ana.pk).update(email="")
    assert reason(ana, version, now) == Suppression.OPTED_OUT
    CustomerSummary.objects.filter(profile=ana).update(stage="active")
    assert reason(ana, version, now) == Suppression.CYCLE_OVER


def test_every_reason_stands_in_the_table():
    """What an owner may read as a reason is explained in the module, word for word."""
    assert [each for each in Suppression if each.value not in suppression.__doc__] == []


def test_a_sender_needs_an_address_a_name_and_a_place(shop, now):
    """A line break in a name, a bad address, no postal address, an unknown channel: each is refused by name."""
    good = {
        "channel": CHANNEL,
        "name": "Tea",
        "address": "t@tea.example",
        "postal_address": "Madrid",
        "now": now,
    }
    for field, value in [
        ("name", "Tea\r\nBcc: x@y.example"), ("address", "tea"), ("postal_address", " "), ("channel", "nowhere"),
    ]:  # fmt: skip
        with pytest.raises(policy.BadInput):
            policy.name_sender(**{**good, field: value})
    assert not Sender.objects.exists()


@pytest.mark.parametrize(
    "address", ["josé@shop.example", "ana@@shop.example", "ana @shop.example", "ana@.example"]
)
@pytest.mark.parametrize("control_share", ["0", "0.9"])
def test_who_cannot_be_addressed_is_never_started(shop, now, address, control_share):
    """No mail can be addressed to Ana: suppressed in either arm, and the day's one mail is Bea's."""
    open_shop(now, daily_capacity=1)
    ana = late("Ana", now, value="900.00", email=address, email_key=address)
    bea = late("Bea", now)
    plan.consider(win_back(now, control_share=control_share), now)
    assert Enrolment.objects.get(profile=ana).reason == "bad_address"
    assert Enrolment.objects.get(profile=bea).state == "started"


def test_an_international_domain_is_written_to(shop, now):
    """Ana's mailbox is at münchen.example: the mail leaves, in the form that the post understands."""
    open_shop(now)
    late("Ana", now, email="Ana@München.example", email_key="ana@münchen.example")
    plan.consider(win_back(now, control_share="0"), now)
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    assert sent.to == ["Ana@xn--mnchen-3ya.example"]

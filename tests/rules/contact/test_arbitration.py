"""Who may be written to, and who comes first."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.rules.contact.arbitration import arbitrate, earliest
from saleor_relacional.rules.contact.columns import GOALS, DayRoom
from saleor_relacional.rules.contact.moments import moment
from saleor_relacional.rules.contact.policy import CampaignContactPolicy, ContactPolicy
from saleor_relacional.rules.contact.trust import TrustLevel
from tests.rules.contact.standing import NOW, PLENTY, days, people, read, wants
from tests.running.tries import tries


def one(person=None, want=None, policy=None):
    """The answer to one person and one message."""
    told = wants(want or {})
    return read(arbitrate(told, people(person or {}), PLENTY, now=NOW, policies=[policy or ContactPolicy()]))[
        0
    ]


def test_somebody_whom_nothing_holds_hears_at_once():
    assert one() == ("goes", "free", NOW)


@pytest.mark.parametrize(
    ("person", "want", "answer"),
    [
        ({}, {"due": NOW + days(2)}, ("waits", "not_due", NOW + days(2))),
        ({"recent": [NOW - days(6)]}, {}, ("waits", "week_cap", NOW + days(1))),
        ({"recent": [NOW - days(7)]}, {}, ("goes", "free", NOW)),
        ({"recent": [NOW - days(8), NOW - days(16), NOW - days(25)]}, {}, ("waits", "month_cap", NOW + days(5))),
        ({"recent": [NOW - days(8), NOW - days(16), NOW - days(30)]}, {}, ("goes", "free", NOW)),
        ({"silent_until": NOW + days(9)}, {}, ("waits", "silence", NOW + days(9))),
        ({"gap_until": NOW + days(4)}, {}, ("waits", "order_gap", NOW + days(4))),
        ({"level": TrustLevel.CONTENT}, {"level": TrustLevel.OFFERS}, ("waits", "trust", NOW + days(60))),
        ({"level": TrustLevel.CONTENT}, {"level": TrustLevel.CONTENT}, ("goes", "free", NOW)),
        ({"since_act": 3}, {}, ("waits", "no_own_act", NOW + days(60))),
        ({"since_act": 3}, {"after_all": True}, ("goes", "free", NOW)),
        ({"since_act": 2}, {}, ("goes", "free", NOW)),
        ({"opens": NOW + days(1.5)}, {}, ("waits", "hours", NOW + days(1.5))),
        ({}, {"over": NOW}, ("over", "free", NOW)),
        ({"silent_until": NOW + days(9)}, {"over": NOW}, ("over", "silence", NOW)),
        # The longest hold is told, and none outlasts the message.
        ({"recent": [NOW - days(6)], "gap_until": NOW + days(4)}, {}, ("waits", "order_gap", NOW + days(4))),
        ({"silent_until": NOW + days(90)}, {}, ("waits", "silence", NOW + days(60))),
    ],
)  # fmt: skip
def test_one_reason_and_the_next_try(person, want, answer):
    """Exactly one reason, and when it is tried again."""
    assert one(person, want) == answer


def test_what_may_go_later_today_goes_then():
    """Quiet until nine, and it is seven: the message goes at nine, and takes its room of today."""
    nine = NOW + timedelta(hours=2)
    assert one({"opens": nine, "closes": nine + timedelta(hours=9)}) == ("goes", "free", nine)


def test_what_may_go_only_after_closing_waits():
    """The week is over at eight in the evening, when it is quiet already."""
    evening = NOW + timedelta(hours=11)
    answer = one({"recent": [evening - days(7)], "closes": NOW + timedelta(hours=10)})
    assert answer == ("waits", "week_cap", evening)


def test_service_asks_for_nothing_but_open_hours_and_a_mail_of_the_day():
    """Neither caps nor trust nor silence hold an apology back; quiet hours do, and a day without mails."""
    pressed = {"recent": [NOW], "silent_until": NOW + days(9), "since_act": 9, "level": TrustLevel.SERVICE}
    told = wants({"commercial": False, "level": TrustLevel.SERVICE})
    one_left, none = DayRoom(shop=1, campaigns={1: 1}), DayRoom(shop=0, campaigns={1: 1})
    assert read(arbitrate(told, people(pressed), one_left, now=NOW)) == [("goes", "free", NOW)]
    assert read(arbitrate(told, people(pressed), none, now=NOW)) == [
        ("waits", "shop_capacity", NOW + days(1))
    ]
    asleep = pressed | {"opens": NOW + days(1)}
    assert read(arbitrate(told, people(asleep), one_left, now=NOW)) == [("waits", "hours", NOW + days(1))]


def test_recover_comes_before_retain_before_acquire_whatever_the_gain():
    """Three campaigns want one person: who comes second waits until the cap lets them."""
    told = wants(
        {"campaign": 1, "goal": "acquire", "gain": 900},
        {"campaign": 2, "goal": "recover", "gain": 1},
        {"campaign": 3, "goal": "retain", "gain": 90},
        {"campaign": 4, "goal": "", "gain": 9_000},
    )
    later = ("waits", "other_first", NOW + days(7))
    assert read(arbitrate(told, people({}), PLENTY, now=NOW)) == [later, ("goes", "free", NOW), later, later]


def test_within_a_goal_the_greater_gain_comes_first():
    """And between equals the smaller key of the campaign; a gain that is no number is none."""
    told = wants(
        {"campaign": 3, "gain": 5}, {"campaign": 2, "gain": 7}, {"campaign": 1, "gain": 7}, {"gain": np.nan}
    )
    found = read(arbitrate(told, people({}), PLENTY, now=NOW))
    assert [state for state, *_ in found] == ["waits", "waits", "goes", "waits"]


def test_who_comes_second_waits_for_the_month_where_that_is_longer():
    """The third message of a month goes to the first; the second has to wait until the oldest is a month old."""
    person = {"recent": [NOW - days(8), NOW - days(16)]}
    told = wants({"campaign": 1}, {"campaign": 2, "goal": "retain"})
    answers = read(arbitrate(told, people(person), PLENTY, now=NOW))
    assert answers[1] == ("waits", "other_first", NOW + days(14))


def test_the_day_s_room_goes_by_goal_then_gain():
    """Two mails of the shop for four people; the control group is booked and takes none of them."""
    told = wants(
        {"person": 0, "campaign": 1, "goal": "acquire", "gain": 9},
        {"person": 1, "campaign": 2, "goal": "recover", "gain": 1},
        {"person": 2, "campaign": 2, "goal": "recover", "gain": 2, "treated": False},
        {"person": 3, "campaign": 3, "goal": "retain", "gain": 3},
    )
    room = DayRoom(shop=2, campaigns={1: 9, 2: 9, 3: 9})
    found = read(arbitrate(told, people({}, {}, {}, {}), room, now=NOW, day_ends=NOW + days(0.5)))
    assert [state for state, *_ in found] == ["waits", "goes", "goes", "goes"]
    assert found[0] == ("waits", "shop_capacity", NOW + days(0.5))


def test_a_campaign_without_room_lets_the_next_one_have_the_person():
    """Its owner's limit is its own."""
    told = wants({"campaign": 1}, {"campaign": 2, "goal": "retain"})
    room = DayRoom(shop=9, campaigns={2: 9})
    found = read(arbitrate(told, people({}), room, now=NOW))
    assert found == [("waits", "campaign_capacity", NOW + days(1)), ("goes", "free", NOW)]


def test_no_cap_is_no_message():
    """An owner may decide that nothing commercial leaves."""
    assert one(policy=ContactPolicy(per_week=0)) == ("waits", "week_cap", NOW + days(60))


POLICIES = [ContactPolicy(), ContactPolicy(per_week=2, per_month=2), ContactPolicy(per_week=1, per_month=1)]
"""Of a campaign that asks for nothing, and of two that are stricter than a shop of two messages a week."""
CROWD = [
    {}, {"recent": [NOW - days(6)]}, {"recent": [NOW - days(9)], "gap_until": (None, NOW + days(1), NOW + days(9))},
    {"recent": [NOW - days(2), NOW - days(20), NOW - days(29)]}, {"opens": (None, NOW + days(2), None)},
]  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({
        "person": st.integers(0, 4), "campaign": st.integers(1, 4), "goal": st.sampled_from(GOALS),
        "policy": st.integers(0, 2),
        "gain": st.floats(0, 9), "treated": st.booleans(), "commercial": st.booleans(),
    }), min_size=1, max_size=25, unique_by=lambda row: (row["person"], row["campaign"]),
)  # fmt: skip


@given(rows=ROWS, at=st.integers(0, 24), room=st.integers(0, 6), own=st.integers(0, 4))
@settings(max_examples=tries(200), deadline=None)
def test_no_want_is_decided_by_its_own_arm(rows, at, room, own):
    """Whether somebody is written to or held out changes nothing for the very message that is decided on: else the two
    arms would not be alike."""
    at %= len(rows)
    crowd, day = people(*CROWD), DayRoom(shop=room, campaigns=dict.fromkeys(range(1, 5), own))
    other = [row | {"treated": not row["treated"]} if n == at else row for n, row in enumerate(rows)]
    before, after = (
        read(arbitrate(wants(*some), crowd, day, now=NOW, policies=POLICIES)) for some in (rows, other)
    )
    assert before[at] == after[at]


@given(rows=ROWS, room=st.integers(0, 6), own=st.integers(0, 4), order=st.randoms(use_true_random=False))
@settings(max_examples=tries(200), deadline=None)
def test_the_budget_holds_whatever_the_order(rows, room, own, order):
    """One commercial message per person, no more mails than there is room for, and the same answers however the wants
    are told."""
    crowd, day = people(*CROWD), DayRoom(shop=room, campaigns=dict.fromkeys(range(1, 5), own))
    found = read(arbitrate(wants(*rows), crowd, day, now=NOW, policies=POLICIES))
    went = [row for row, answer in zip(rows, found, strict=True) if answer[0] == "goes" and row["commercial"]]
    assert len({row["person"] for row in went}) == len(went)
    mails = [row for row in went if row["treated"]]
    assert len(mails) <= room
    assert all(sum(row["campaign"] == number for row in mails) <= own for number in range(1, 5))
    mixed = sorted(range(len(rows)), key=lambda _: order.random())
    again = read(arbitrate(wants(*[rows[n] for n in mixed]), crowd, day, now=NOW, policies=POLICIES))
    assert [found[n] for n in mixed] == again


@given(rows=ROWS)
@settings(max_examples=tries(200), deadline=None)
def test_each_message_keeps_its_own_campaign_s_policy(rows):
    """Asked of all at once under several policies, what holds a message back is what holds it were its policy the only
    one."""
    told = wants(*rows)
    at, reason = earliest(told, people(*CROWD), POLICIES, moment(NOW))
    for number, row in enumerate(rows):
        own = row["policy"]
        person = {
            name: value[own] if isinstance(value, tuple) else value
            for name, value in CROWD[row["person"]].items()
        }
        alone = wants(row | {"person": 0, "policy": 0})
        alone_at, alone_reason = earliest(alone, people(person), [POLICIES[own]], moment(NOW))
        assert (at[number], reason[number]) == (alone_at[0], alone_reason[0])


def test_who_comes_second_waits_as_long_as_its_own_policy_says():
    """One message a month, says the second campaign, where the shop says one a week."""
    told = wants({"campaign": 1}, {"campaign": 2, "goal": "retain", "policy": 1})
    policies = [ContactPolicy(), ContactPolicy().stricter(CampaignContactPolicy(per_month=1))]
    crowd = people({"gap_until": (None, None)})
    found = read(arbitrate(told, crowd, PLENTY, now=NOW, policies=policies))
    assert found == [("goes", "free", NOW), ("waits", "other_first", NOW + days(30))]


SHOPS = st.builds(
    ContactPolicy, per_week=st.integers(0, 7), per_month=st.integers(0, 30), gap_days=st.integers(0, 60),
    weekends=st.booleans(),
)  # fmt: skip
OWN = st.builds(
    CampaignContactPolicy, per_week=st.none() | st.integers(1, 7), per_month=st.none() | st.integers(1, 30),
    gap_days=st.none() | st.integers(0, 60), weekends=st.none() | st.booleans(),
)  # fmt: skip


@given(shop=SHOPS, own=OWN)
def test_a_campaign_is_never_looser_than_the_shop(shop, own):
    """Whatever the one asks for and the other has decided since: each number is the stricter of both."""
    found = shop.stricter(own)
    assert found.per_week <= min(shop.per_week, own.per_week or 99)
    assert found.per_month <= min(shop.per_month, own.per_month or 99)
    assert found.gap_days == max(shop.gap_days, own.gap_days or 0)
    assert found.weekends == (shop.weekends and own.weekends is not False)
    assert shop.stricter(CampaignContactPolicy()) == shop and found.stricter(own) == found

"""Open hours where the person lives, also where clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.rules.contact.hours import is_open, next_open, span
from saleor_relacional.rules.contact.policy import ContactPolicy
from tests.running.tries import tries

MADRID, NEW_YORK = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")
EIGHT_TO_NINE = ContactPolicy()


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_the_same_moment_is_open_here_and_quiet_there():
    """Nine in the morning in Madrid is three at night in New York."""
    morning = utc(2027, 3, 10, 8)
    assert next_open(morning, MADRID, EIGHT_TO_NINE) == morning
    assert next_open(morning, NEW_YORK, EIGHT_TO_NINE) == utc(2027, 3, 10, 13)


def test_quiet_begins_on_its_minute_and_ends_on_its_minute():
    assert is_open(utc(2027, 3, 10, 7), MADRID, EIGHT_TO_NINE)
    assert is_open(utc(2027, 3, 10, 19, 59, 59), MADRID, EIGHT_TO_NINE)
    assert not is_open(utc(2027, 3, 10, 20), MADRID, EIGHT_TO_NINE)
    assert next_open(utc(2027, 3, 10, 20), MADRID, EIGHT_TO_NINE) == utc(2027, 3, 11, 7)


def test_weekends_and_holidays_are_the_person_s_own():
    """Friday evening, then a weekend, then Easter Monday."""
    policy = ContactPolicy(weekends=False, holidays=frozenset({date(2027, 3, 29)}))
    assert next_open(utc(2027, 3, 26, 22), MADRID, policy) == utc(2027, 3, 30, 6)
    # In New York it is Friday afternoon still.
    assert next_open(utc(2027, 3, 26, 22), NEW_YORK, policy) == utc(2027, 3, 26, 22)


def test_preferred_hours_narrow_the_open_ones():
    policy = ContactPolicy(preferred_from=time(10), preferred_to=time(12))
    found = span(utc(2027, 3, 10, 0), MADRID, policy)
    assert (found.opens, found.closes) == (utc(2027, 3, 10, 9), utc(2027, 3, 10, 11))


def test_an_hour_that_does_not_exist_opens_when_clocks_have_gone_forward():
    """Madrid, 28 March 2027: from 1:59 to 3:00. Quiet until half past two ends at three."""
    policy = ContactPolicy(quiet_from=time(22), quiet_to=time(2, 30))
    assert next_open(utc(2027, 3, 27, 22), MADRID, policy) == utc(2027, 3, 28, 1)


def test_an_hour_that_comes_twice_is_quiet_twice():
    """Madrid, 31 October 2027: two o'clock comes twice. What is quiet until half past two is open from the first half
    past two to three, quiet again when it is two again, and open from the second half past two on."""
    policy = ContactPolicy(quiet_from=time(22), quiet_to=time(2, 30))
    found = span(utc(2027, 10, 30, 22), MADRID, policy)
    assert (found.opens, found.closes) == (utc(2027, 10, 31, 0, 30), utc(2027, 10, 31, 1))
    assert next_open(utc(2027, 10, 31, 1, 10), MADRID, policy) == utc(2027, 10, 31, 1, 30)


def test_midnight_that_does_not_exist():
    """Santiago, 5 September 2027: the day begins at one."""
    policy = ContactPolicy(quiet_from=time(22), quiet_to=time(0))
    zone = ZoneInfo("America/Santiago")
    assert next_open(utc(2027, 9, 5, 2), zone, policy) == utc(2027, 9, 5, 4)


def test_a_policy_without_an_open_hour_has_none():
    policy = ContactPolicy(
        quiet_from=time(8), quiet_to=time(20), preferred_from=time(9), preferred_to=time(10)
    )
    assert next_open(utc(2027, 3, 10), MADRID, policy) is None
    assert span(utc(2027, 3, 10), MADRID, policy) is None


ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana",
         "Pacific/Apia", "Africa/Casablanca", "UTC"]  # fmt: skip
QUARTER = timedelta(minutes=15)
HALF_HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@given(
    zone=st.sampled_from(ZONES), quarters=st.integers(0, 366 * 24 * 4), quiet=st.tuples(HALF_HOURS, HALF_HOURS),
    preferred=st.tuples(HALF_HOURS, HALF_HOURS), weekends=st.booleans(),
)  # fmt: skip
@settings(max_examples=tries(150), deadline=None)
def test_no_open_moment_is_missed_and_none_is_invented(zone, quarters, quiet, preferred, weekends):
    """Quarter by quarter of an hour, which all clocks keep: it opens at the first one that is open, and closes at the
    first one that is not."""
    place, now = ZoneInfo(zone), utc(2027, 1, 1) + quarters * QUARTER
    policy = ContactPolicy(
        quiet_from=quiet[0], quiet_to=quiet[1], preferred_from=preferred[0], preferred_to=preferred[1],
        weekends=weekends,
    )  # fmt: skip
    found = span(now, place, policy)
    ahead = (now + step * QUARTER for step in range(4 * 24 * 4))
    first = next((at for at in ahead if is_open(at, place, policy)), None)
    assert first == (found.opens if found else None)
    if found:
        later = (found.opens + step * QUARTER for step in range(1, 24 * 4 + 1))
        closed = next((at for at in later if not is_open(at, place, policy)), None)
        assert found.closes == (closed or found.opens + timedelta(days=1))


@pytest.mark.parametrize("hour", range(24))
def test_whole_days_open_where_nothing_is_quiet(hour):
    policy = ContactPolicy(quiet_from=time(0), quiet_to=time(0))
    now = utc(2027, 6, 1, hour)
    assert span(now, MADRID, policy).opens == now
    assert span(now, MADRID, policy).closes == now + timedelta(days=1)

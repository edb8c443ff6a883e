"""Who is held out, and what may be concluded."""

import hashlib
import hmac
import math
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_relacional.insight.inference import experiment
from saleor_relacional.insight.inference.experiment import Arm, ArmOutcome, Verdict

SALT = bytes(range(16))
ANA = UUID("0b5c3a52-6f0e-4c39-9b6f-2f6f2a8e4d11")
ids = st.uuids()
shares = st.decimals(0, 1, places=3)


@given(ids, shares)
def test_the_draw_is_the_documented_hash(public_id, share):
    """Anybody can check an arm: 64 bits of HMAC-SHA-256 of the canonical id, held out when under the
    share."""
    bits = hmac.new(SALT, str(public_id).encode(), hashlib.sha256).digest()[:8]
    expected = int.from_bytes(bits, "big") < share * 2**64

    assert (experiment.draw_arm(SALT, public_id, share) is Arm.CONTROL) == expected


@given(ids, shares, st.decimals(0, 1, places=3))
def test_whole_numbers_draw_what_fractions_drew(public_id, share, decimal):
    """Bit for bit what the exact fractions of running campaigns gave, at the very edge of the share too."""
    drawn = int.from_bytes(hmac.new(SALT, str(public_id).encode(), hashlib.sha256).digest()[:8], "big")
    edges = [Fraction(drawn, 1 << 64), Fraction(drawn + 1, 1 << 64)]

    for asked in (share, decimal, *edges):
        former = Arm.CONTROL if Fraction(drawn, 1 << 64) < Fraction(asked) else Arm.TREATED
        assert experiment.draw_arm(SALT, public_id, asked) is former


def test_the_draw_never_changes():
    """Written down once: a change of these arms would change running campaigns."""
    people = [UUID(int=number) for number in range(1, 13)]

    found = "".join(experiment.draw_arm(SALT, one, Decimal("0.5"))[0] for one in people)

    assert found == "ctcccctccccc"


@given(ids)
def test_a_uuid_is_the_same_however_written(public_id):
    """The text in upper case, with braces or without dashes draws the same arm."""
    for text in (str(public_id), str(public_id).upper(), public_id.hex, f"{{{public_id}}}"):
        assert experiment.draw_arm(SALT, text, 0.3) is experiment.draw_arm(SALT, public_id, 0.3)


@given(ids, shares, shares)
def test_a_greater_share_only_adds(public_id, one, other):
    """Nobody who is held out at a share is treated at a greater one; 0 holds out nobody, 1 everybody."""
    low, high = sorted([one, other])

    if experiment.draw_arm(SALT, public_id, low) is Arm.CONTROL:
        assert experiment.draw_arm(SALT, public_id, high) is Arm.CONTROL
    assert experiment.draw_arm(SALT, public_id, 0) is Arm.TREATED
    assert experiment.draw_arm(SALT, public_id, 1) is Arm.CONTROL


def test_shares_are_kept_and_campaigns_are_independent():
    """Of 20,000 people a tenth is held out, and in another campaign another tenth."""
    people = [UUID(int=number) for number in range(20_000)]
    here = np.array([experiment.draw_arm(SALT, one, 0.1) is Arm.CONTROL for one in people])
    there = np.array([experiment.draw_arm(SALT[::-1], one, 0.1) is Arm.CONTROL for one in people])

    assert here.mean() == pytest.approx(0.1, abs=0.008)
    assert (here & there).mean() == pytest.approx(0.01, abs=0.003)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: experiment.draw_arm(b"short", ANA, 0.1), "salt has 5 bytes"),
        (lambda: experiment.draw_arm(SALT, ANA, 1.5), "control_share is 1.5"),
        (lambda: experiment.draw_arm(SALT, "ana@example.com", 0.1), "badly formed"),
        (lambda: ArmOutcome(people=1, mean=0, variance=0, buyers=2), "2 buyers among 1 people"),
        (lambda: ArmOutcome(people=1, mean=math.nan, variance=0, buyers=0), "must be finite"),
        (lambda: experiment.lift(arm(9, 1, 1, 1), arm(9, 1, 1, 1), confidence=95), "confidence is 95"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Input that cannot be is refused with the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()


def arm(people, mean, variance, buyers):
    """An arm's outcome in one line."""
    return ArmOutcome(people=people, mean=mean, variance=variance, buyers=buyers)


def test_interval_by_hand():
    """Two arms of 500 with variance 100: standard error sqrt(.4), times the boundary at 1,000 people, alpha
    .05.

    rho^2 = (-2 log .05 + log(1 - 2 log .05)) / 1000 = .0079364, so t rho^2 = 7.9364 and the boundary is
    sqrt(2 * 8.9364 / 7.9364 * log(sqrt(8.9364) / .05)) = 3.0355 standard errors.
    """
    found = experiment.lift(arm(500, 12, 100, 90), arm(500, 10, 100, 80))

    half = 3.0355 * math.sqrt(0.4)
    assert found.estimate == 2
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half), abs=2e-4)
    assert found.verdict is Verdict.HELPS
    assert (found.people_treated, found.people_control) == (500, 500)


def test_interval_is_tightest_near_its_tuning():
    """In standard errors the interval varies by less than 5 % from half to four times the people it is
    tuned for."""
    at = [experiment.boundary(people, 0.05, 1000) for people in (500, 1000, 2000, 4000)]

    assert max(at) / min(at) < 1.05
    assert min(at) > 1.96


def test_helps_and_harms_mirror_each_other():
    """Swapping the arms turns helps into harms and the interval around."""
    better, worse = arm(800, 9, 300, 120), arm(800, 5, 300, 80)
    one, other = experiment.lift(better, worse), experiment.lift(worse, better)

    assert (one.verdict, other.verdict) == (Verdict.HELPS, Verdict.HARMS)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_more_confidence_is_a_wider_interval():
    """99 % contains 95 % contains 80 %."""
    widths = []
    for confidence in (0.8, 0.95, 0.99):
        found = experiment.lift(arm(500, 12, 100, 90), arm(500, 10, 100, 80), confidence=confidence)
        widths.append(found.high - found.low)

    assert widths == sorted(widths)


@pytest.mark.parametrize(
    ("treated", "control"),
    [
        (arm(49, 90, 1, 40), arm(500, 1, 1, 90)),
        (arm(500, 90, 1, 90), arm(49, 1, 1, 40)),
        (arm(500, 90, 1, 10), arm(500, 1, 1, 9)),
    ],
    ids=["few treated", "few held out", "few buyers"],
)
def test_too_few_give_an_interval_but_no_verdict(treated, control):
    """However large the difference: with few people or buyers it is not enough evidence yet."""
    found = experiment.lift(treated, control)

    assert found.low > 0
    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_nothing_known_is_no_interval():
    """An empty arm has no estimate; no variance at all gives no interval, never one of width zero."""
    empty = experiment.lift(experiment.outcome([]), experiment.outcome([1.0, 2.0]))
    silent = experiment.lift(experiment.outcome([0.0] * 300), experiment.outcome([0.0] * 300))

    assert (empty.estimate, empty.low, empty.high) == (None, None, None)
    assert (silent.estimate, silent.low, silent.high) == (0.0, None, None)
    assert empty.verdict is silent.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_an_arm_without_variance_borrows_it():
    """Nobody of 200 held out came back: that arm's variance is not zero, it is not known; the pooled one
    stands in."""
    treated, nobody = (
        experiment.outcome([0.0] * 170 + [30.0, 40.0, 50.0] * 10),
        experiment.outcome([0.0] * 200),
    )
    pooled = (199 * treated.variance + 199 * 0.0) / 398

    found = experiment.lift(treated, nobody)

    error = math.sqrt(treated.variance / 200 + pooled / 200)
    assert found.high - found.estimate == pytest.approx(
        error * experiment.boundary(400, 0.05, 1000), rel=1e-12
    )


def test_outcome_counts_people_and_buyers():
    """Four people, one refunded in full: three bought if we are told so, two if we must guess from the
    money."""
    kept = [0.0, 10.0, 0.0, 30.0]

    assert experiment.outcome(kept) == arm(4, 10.0, 200.0, 2)
    assert experiment.outcome(kept, bought=[False, True, True, True]).buyers == 3


def campaign(seed, people, control_share, treated_rate, held_out_rate, looks=20):
    """Verdicts at each look at a campaign with mostly zeros and log-normal orders (mean 49)."""
    chance = np.random.default_rng(seed)
    held = chance.random(people) < control_share
    buys = chance.random(people) < np.where(held, held_out_rate, treated_rate)
    kept = np.where(buys, chance.lognormal(3.4, 1.0, people), 0.0)
    verdicts = []
    for seen in np.linspace(people / looks, people, looks).astype(int):
        now, out = kept[:seen], held[:seen]
        verdicts.append(experiment.lift(experiment.outcome(now[~out]), experiment.outcome(now[out])).verdict)
    return verdicts


@pytest.mark.parametrize(("people", "share", "rate"), [(2000, 0.5, 0.1), (2000, 0.1, 0.1), (1000, 0.2, 0.2)])
def test_no_effect_is_not_called_one_however_often_one_looks(people, share, rate):
    """200 campaigns without effect, looked at 20 times each: at most 5 % (10) are ever called; measured: 0
    or 1."""
    called = sum(
        any(
            verdict is not Verdict.NOT_ENOUGH_EVIDENCE
            for verdict in campaign(seed, people, share, rate, rate)
        )
        for seed in range(200)
    )

    assert called <= 2


@pytest.mark.parametrize(
    ("people", "share", "treated_rate"), [(1000, 0.5, 0.30), (2000, 0.5, 0.25), (2000, 0.2, 0.30)]
)
def test_a_large_effect_is_found(people, share, treated_rate):
    """200 campaigns that bring 25 or 30 in a hundred back instead of 10: at least 80 % end as helps, none
    as harms."""
    ends = [campaign(seed, people, share, treated_rate, 0.10)[-1] for seed in range(200)]

    assert ends.count(Verdict.HELPS) >= 160
    assert ends.count(Verdict.HARMS) == 0

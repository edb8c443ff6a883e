"""Whoever asks on what ground somebody may be written to gets one answer: sending, lists and segments."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.profile_list import Filter, Order
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.models import Basis, Consent, Profile, Purchase
from saleor_relacional.rules.consent_basis import BASES, GROUNDS
from tests.running.tries import tries
from tests.support.campaign_stories import a_fit
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is known of one person."""

    bought: list[str]
    """States of purchases."""
    said: list[tuple[str, str, int, str]]
    """(basis, source, days from now, purpose) in the order in which we learnt it."""
    objects: bool
    """They object at last, now."""
    came_back: bool
    """Somebody who objected under this address was forgotten before."""


lives = st.builds(
    Life,
    bought=st.lists(st.sampled_from(["counts", "withdrawn"]), max_size=2),
    said=st.lists(
        st.tuples(
            st.sampled_from([basis.value for basis in Basis]), st.sampled_from(["storefront", "staff"]),
            st.sampled_from([-30, -2, -1, 0, 3]), st.sampled_from(["offers", "offers", "content"]),
        ),
        max_size=4,
    ),
    objects=st.sampled_from([False, False, True]), came_back=st.sampled_from([False, False, True]),
)  # fmt: skip


def live(life: Life, email: str, now: datetime) -> Profile:
    """Somebody who lived so, as our flows write it down."""
    if life.came_back:
        before = person("Before", email=email)
        consent.record_objection(before, source="one_click", now=now - 90 * DAY)
        forget.forget(before, now=now - 80 * DAY)
    profile = person("Ana", email=email)
    for state in life.bought:
        Purchase.objects.filter(pk=buys(profile, now - DAY).pk).update(state=state)
    for basis, source, days, purpose in life.said:
        at = now + days * DAY
        if basis == Basis.OPT_OUT:
            Consent.objects.create(
                profile=profile, purpose=purpose, basis=basis, source=source, happened_at=at, learned_at=now
            )  # fmt: skip
        elif basis == Basis.STATED:
            consent.import_consent(
                [profile.pk], source=source, text="Tea news.", happened_at=at, now=now, purposes=[purpose]
            )
        else:
            consent.give(
                profile, basis=Basis(basis), source=source, text="Tea news.", now=now, happened_at=at,
                purposes=[purpose],
            )  # fmt: skip
    if life.objects:
        consent.record_objection(profile, source="one_click", now=now)
    return profile


def listed(prefix: str, now: datetime, *, has_consent: bool) -> set[int]:
    found, more = profile_list.page(
        Filter(search=prefix, has_consent=has_consent), Order.SINCE, descending=True, after=None, first=100, now=now
    )  # fmt: skip
    assert not more
    return {each.relationship.id for each in found}


def in_segments(prefix: str, now: datetime) -> dict[int, str]:
    """Our id → the ground whose segment they are in; nobody is in two."""
    found: dict[int, str] = {}
    for basis in BASES:
        rule = {"all": [
            {"field": "email", "operator": "begins", "value": prefix},
            {"field": "consent", "operator": "is", "value": basis},
        ]}  # fmt: skip
        members, _ = membership.page(parsed(rule), first=100, after=None, now=now)
        for each in members:
            assert found.setdefault(each.id, basis) == basis
    return found


def in_plain_words(life: Life, profile: Profile, now: datetime, soft: bool, purpose: str = "offers") -> str:
    said = Consent.objects.filter(profile=profile, purpose=purpose, happened_at__lte=now).order_by(
        "happened_at", "id"
    )
    bases = list(said.values_list("basis", flat=True))
    if "opt_out" in bases:
        bases = [basis for basis in bases if basis in ("opt_in", "opt_out")]
    if bases and bases[-1] != "soft_opt_in":
        return str(bases[-1])
    return "soft_opt_in" if soft and "counts" in life.bought else "none"


def test_sending_lists_and_segments_agree(shop: Any, now: datetime) -> None:
    """Random consents, objections, purchases and policies. An address that was objected to, and that they did not lift
    themselves, is never written to; SQL sees the rest of it, and all who ask SQL see the same."""
    a_fit(now)

    @settings(
        max_examples=tries(40),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.lists(lives, min_size=4, max_size=8), st.booleans())
    def agree(several: list[Life], soft: bool) -> None:
        policy.decide(now=now, soft_opt_in=soft, soft_opt_in_text="We may write about tea.")
        prefix = f"one{next(_numbers)}-"
        people = [live(life, f"{prefix}{n}@shop.example", now) for n, life in enumerate(several)]
        ids = [profile.pk for profile in people]
        score.score_stale(now)
        told = in_segments(prefix, now)
        assert told == {
            profile.pk: in_plain_words(life, profile, now, soft)
            for life, profile in zip(several, people, strict=True)
        }
        assert listed(prefix, now, has_consent=True) == {pk for pk in ids if told[pk] in GROUNDS}
        assert listed(prefix, now, has_consent=False) == {pk for pk in ids if told[pk] not in GROUNDS}
        for purpose in ("content", "offers"):
            objecting = consent._objecting(ids, purpose)
            told = {
                profile.pk: in_plain_words(life, profile, now, soft, purpose)
                for life, profile in zip(several, people, strict=True)
            }
            assert consent.bases(ids, now=now, purpose=purpose) == {
                pk: "opt_out" if pk in objecting else None if told[pk] == "none" else told[pk] for pk in ids
            }

    agree()


def test_a_recorded_soft_opt_in_does_not_outweigh_a_no(shop: Any, now: datetime) -> None:
    """Ana said no; later a purchase is recorded with a soft opt-in. Nobody lists her among those to write to."""
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write about tea.")
    a_fit(now)
    said = [("opt_out", "staff", -30, "offers"), ("soft_opt_in", "staff", -1, "offers")]
    ana = live(Life(bought=["counts"], said=said, objects=False, came_back=False), "ana@shop.example", now)
    score.score_stale(now)
    assert consent.bases([ana.pk], now=now, purpose="offers") == {ana.pk: Basis.OPT_OUT}
    assert in_segments("ana", now) == {ana.pk: "opt_out"}
    assert listed("ana", now, has_consent=True) == set()

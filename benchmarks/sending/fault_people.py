"""People: rows that cannot be sent, and people who opt out while their mail is on its way."""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.sending import play
from benchmarks.sending.listening import sink
from benchmarks.sending.shop import NOW

POISON = 100
"""One in so many."""


def poison(mails: int) -> Counter[str]:
    """One row in a hundred cannot be read: the others leave in the same run, theirs end too late."""
    from saleor_relacional.db import sql
    from saleor_relacional.models import Touch

    play.anew(mails)
    bad = list(
        Touch.objects.filter(state="queued").order_by("pk").values_list("enrolment_id", flat=True)[::POISON]
    )
    spoil = "UPDATE saleor_relacional_incentive SET channels = '7' WHERE enrolment_id = ANY(%s)"
    sql.run(spoil, [bad])
    with sink() as got:
        play.work()
        harmed = mails - len(bad) - play.states().get("sent", 0)
        sql.run(
            "UPDATE saleor_relacional_touch SET expires_at = %s WHERE state = 'waiting'", [NOW + play.LATER]
        )
        play.to_the_end(NOW + play.LATER)
    sql.run(
        """UPDATE saleor_relacional_incentive SET channels = '{"web": "EUR"}' WHERE enrolment_id = ANY(%s)""",
        [bad],
    )
    return play.counted(got, mails, poisoned=len(bad), neighbours_harmed=abs(harmed))


def opt_out(mails: int) -> Counter[str]:
    """At each state: queued, waiting, claimed, written, and handed over, which alone cannot be called back. Some leave,
    others ask for nothing but what they ask for."""
    from uuid import uuid4

    from saleor_relacional.flows.sending import claims, compose
    from saleor_relacional.models import Touch

    play.anew(mails)
    with sink() as got:
        ids = list(Touch.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
        left = _object(ids[:5])
        left |= _just_look(ids[20:25])
        Touch.objects.filter(pk__in=ids[5:10]).update(state="waiting", reason="smtp_450")
        left |= _object(ids[5:10])
        claims.claim(uuid4(), NOW, 20)
        claimed = list(Touch.objects.filter(state="claimed").values_list("pk", flat=True)[:5])
        left |= _object(claimed)
        play.end_leases()
        whole, written = compose.compose, []

        def slowly(ready: Any, *rest: Any) -> Any:
            composed = whole(ready, *rest)
            if len(written) < 10:
                written.append(ready.mail.touch.pk)
                ask = _object if len(written) % 2 else _just_look
                left.update(ask([ready.mail.touch.pk]))
            return composed

        compose.compose = slowly
        try:
            play.to_the_end()
        finally:
            compose.compose = whole
    came = {name.strip("<>").partition("@")[0] for name in got.received}
    return play.counted(got, mails, after_opt_out=len(left & came), opted_out=len(left))


def _object(touches: list[int]) -> set[str]:
    from saleor_relacional.flows.consent import consent
    from saleor_relacional.models import Touch

    found = set()
    for touch in Touch.objects.select_related("profile").filter(pk__in=touches):
        assert touch.profile is not None
        consent.record_objection(touch.profile, source="one_click", now=NOW)
        found.add(touch.public_id.hex)
    return found


def _just_look(touches: list[int]) -> set[str]:
    from saleor_relacional.flows.preferences import preferences
    from saleor_relacional.models import Touch

    found = set()
    for touch in Touch.objects.select_related("profile").filter(pk__in=touches):
        assert touch.profile is not None
        preferences.change(touch.profile, now=NOW, source=preferences.CUSTOMER, just_looking=True)
        found.add(touch.public_id.hex)
    return found


FAULTS = {"poison": poison, "opt_out": opt_out}

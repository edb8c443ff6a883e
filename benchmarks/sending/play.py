"""What every fault does: begin anew, let workers run until nothing is on its way, count."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from benchmarks.sending.listening import Listening
from benchmarks.sending.shop import NOW, states

LATER = timedelta(minutes=20)
"""After which a mail that was refused for now is tried again, a little longer than its pause."""


def anew(mails: int) -> None:
    """So many mails are queued, as they were planned; nothing else is."""
    from saleor_relacional.db import only_added, sql
    from saleor_relacional.hosts.standalone import clock
    from saleor_relacional.models import Consent, DeliveryEvent, Incentive, MailProvider, Objection, Touch
    from tests.support.campaign_stories import swept

    clock.freeze(NOW)
    swept()
    MailProvider.objects.all().delete()
    DeliveryEvent.objects.all().delete()
    Objection.objects.all().delete()
    with sql.atomic():
        only_added.rewriting("erase")
        Consent.objects.filter(basis="opt_out").delete()
    Incentive.objects.filter(state="withdrawn").update(state="issued", ended_at=None)
    sql.run("UPDATE saleor_relacional_contact SET sent_at = NULL WHERE kind = 'message'")
    begun = {
        "state": "queued", "reason": "", "attempts": 0, "claim_token": None, "lease_until": None, "ended_at": None,
        "due_at": NOW, "provider_id": "", "expires_at": NOW + timedelta(days=7),
    }  # fmt: skip
    Touch.objects.update(**begun)
    rest = list(Touch.objects.order_by("pk").values_list("pk", flat=True)[mails:])
    Touch.objects.filter(pk__in=rest).update(state="suppressed", reason="not_this_time", ended_at=NOW)


def work(at: datetime = NOW, limit: int = 20) -> None:
    """A worker that sends until nothing is due."""
    from saleor_relacional.flows.sending import send

    while send.send_due(now=at, limit=limit).ends:
        pass


def to_the_end(at: datetime = NOW, patience: int = 60) -> datetime:
    """Send until nothing is on its way, the clock moving on between tries, further each half a day; when that was."""
    for turn in range(patience):
        end_leases()
        work(at)
        if not on_their_way():
            return at
        at += LATER * (1 + turn // 12)
    return at


def on_their_way() -> int:
    """Messages without an end."""
    return sum(states().get(state, 0) for state in ("queued", "waiting", "claimed", "handing_over"))


def end_leases() -> None:
    """Time passes for the leases of the dead."""
    from saleor_relacional.db import sql

    sql.run(
        "UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'"
        " WHERE lease_until IS NOT NULL"
    )


def counted(got: Listening, mails: int, **more: Any) -> Counter[str]:
    """What a fault came to. `lost`: messages without an end, and those that are `sent` and never came."""
    from saleor_relacional.models import Touch

    came = {name.strip("<>").partition("@")[0] for name in got.received}
    sent = {touch.public_id.hex for touch in Touch.objects.filter(state="sent")}
    return Counter(
        duplicates=got.duplicates, lost=on_their_way() + len(sent - came), unknown=states().get("unknown", 0),
        mails=mails, **more,
    )  # fmt: skip


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that happens elsewhere."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise SystemExit("What was waited for has not happened.")
        time.sleep(0.01)

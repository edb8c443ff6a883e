"""Clocks: twelve hours in which nobody sends, workers whose clocks differ, the hour that is missing or comes twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from benchmarks.sending import play
from benchmarks.sending.forked import start
from benchmarks.sending.listening import sink
from benchmarks.sending.shop import NOW

HOUR = timedelta(hours=1)


def outage(mails: int) -> Counter[str]:
    """Nobody sends for twelve hours, at night for some. A third was for that day alone and expires; the rest is spread
    by the rate: no more leaves in a second than the owner said."""
    import time

    from saleor_relacional.flows.sending import send
    from saleor_relacional.flows.sending.mail_server import providers
    from saleor_relacional.models import Touch

    play.anew(mails)
    third = list(
        Touch.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True)[: mails // 3]
    )
    Touch.objects.filter(pk__in=third).update(expires_at=NOW + 6 * HOUR)
    back = NOW + 22 * HOUR
    per_second = 40.0
    providers.decide(now=back, per_second=per_second, per_day=None, warm_up_from=None)
    with sink() as got:
        began = time.perf_counter()
        workers = [start(lambda: play.work(back)) for _ in range(2)]
        for worker in workers:
            worker.join()
        while play.on_their_way():
            send.send_due(now=back)
        seconds = time.perf_counter() - began
    found = play.counted(got, mails)
    found["neighbours_harmed"] = int((len(got.received) - 2) / seconds > per_second * 1.1)
    found["lost"] += abs(play.states().get("expired", 0) - len(third))
    return found


def skew(mails: int) -> Counter[str]:
    """Three workers, one an hour behind and one an hour ahead: each mail leaves once."""
    play.anew(mails)
    with sink(after_data=0.002) as got:
        workers = [start(lambda at=at: play.work(at)) for at in (NOW - HOUR, NOW, NOW + HOUR)]  # type: ignore[misc]
        for worker in workers:
            worker.join()
        play.to_the_end(NOW + HOUR)
    return play.counted(got, mails)


def summer_time(mails: int) -> Counter[str]:
    """Madrid's hour that is missing (29 March, 2 to 3) and the one that comes twice (25 October, 2 to 3): due in it, a
    mail waits for the morning's hours and leaves once."""
    from saleor_relacional.models import Profile, Touch

    total: Counter[str] = Counter()
    Profile.objects.update(time_zone="Europe/Madrid")
    nights = (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    for night in nights:
        play.anew(mails)
        Touch.objects.filter(state="queued").update(due_at=night, expires_at=night + timedelta(days=7))
        with sink() as got:
            for minutes in (0, 30, 60, 90):
                play.work(night + timedelta(minutes=minutes))
            early = len(Touch.objects.filter(state="sent"))
            at = night
            while play.on_their_way() and at < night + timedelta(days=2):
                at += HOUR
                play.work(at)
        ended = play.counted(got, mails, neighbours_harmed=early)
        total += ended
    Profile.objects.update(time_zone="")
    return total


FAULTS = {"outage": outage, "skew": skew, "summer_time": summer_time}

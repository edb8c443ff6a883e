"""`make bench-doors`: whether the time of an answer tells that an address is known.

So many tries each (TRIES, 500) of addresses that we know, and write to, and of addresses that nobody ever heard of, all
of one length, in pairs whose order is drawn by lot, at the public doors that take an address: the newsletter's form
and its mutation. The two are compared by ranks (Mann-Whitney, two-sided): below .01 the door tells. The peer looks the
address up before it answers, as many shops do.

Last line: {door: {"p", "known_ms", "unknown_ms"}}; "peer" among them.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from scipy.stats import mannwhitneyu

from benchmarks.crowd_database import scratch

TRIES = int(os.environ.get("TRIES", "500"))
WARM = 20
MADE = "relacional_bench_doors"
ASK = """
mutation($email: String!) {
  relationshipNewsletterSignup(email: $email, text: "News by mail.") { errors { code } }
}"""
Door = Callable[[str, int], None]
"""An address, and the number of whoever asks."""


def doors() -> dict[str, Door]:
    """Name → how it is knocked at, each time from another computer."""
    from django.test import Client

    from saleor_relacional.models import Profile

    client = Client()

    def computer(number: int) -> str:
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def form(email: str, number: int) -> None:
        answer = client.post("/newsletter/", {"email": email}, REMOTE_ADDR=computer(number))
        assert answer.status_code == 200, answer.status_code

    def mutation(email: str, number: int) -> None:
        body = json.dumps({"query": ASK, "variables": {"email": email}})
        answer = client.post("/graphql/", body, content_type="application/json", REMOTE_ADDR=computer(number))
        assert answer.json()["data"]["relationshipNewsletterSignup"]["errors"] == [], answer.content

    def peer(email: str, number: int) -> None:
        form(email, number)
        if known := Profile.objects.filter(email_key=email).first():
            known.save(update_fields=["language"])

    return {"form": form, "mutation": mutation, "peer": peer}


def told(door: Door, first: int) -> dict[str, float]:
    """Milliseconds of both, and how likely such ranks are where nothing tells."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    lots = random.Random(first)
    for number in range(-WARM, TRIES):
        for place, who in enumerate(lots.sample(list(took), 2)):
            known = who == "known"
            email = f"p{number + WARM + 1:07}@shop.example" if known else f"n{first + number:07}@shop.example"
            began = time.perf_counter()
            door(email, 2 * (first + number) + place)
            if number >= 0:
                took[who].append((time.perf_counter() - began) * 1000)
    return {
        "p": round(float(mannwhitneyu(took["known"], took["unknown"]).pvalue), 4),
        "known_ms": round(statistics.median(took["known"]), 3),
        "unknown_ms": round(statistics.median(took["unknown"]), 3),
    }


def main() -> None:
    """Prints the table and the line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    with scratch(MADE):
        import django

        django.setup()
        from benchmarks.sending import shop
        from saleor_relacional.hosts.standalone import clock

        shop.made(TRIES + WARM)
        clock.freeze(datetime.now(UTC))
        found = {name: told(door, 10_000 * place) for place, (name, door) in enumerate(doors().items(), 1)}
        from django.db import connections

        connections.close_all()
    print(f"{'door':<12}{'known, ms':>12}{'unknown, ms':>14}{'p':>9}")
    for name, one in found.items():
        print(f"{name:<12}{one['known_ms']:>12}{one['unknown_ms']:>14}{one['p']:>9}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()

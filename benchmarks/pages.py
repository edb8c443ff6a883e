"""`make bench-pages`: what a page of the owner's desk takes at 1,000,000 profiles, whole response as the frame gets it:
permission, flows, template.

PEOPLE=… for another size, REPEATS=20. The shop has a win-back that has been planned once, of whom 15 in a hundred are
late. Beside each page: the time of its SQL, how many statements, and the floor, the checklist, which looks at nobody.
What a page asks for after it has been drawn stands in a table of its own.

Last line: {page: {"p95_ms", "sql_ms"}, …, "after_the_page": {part: …}}.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from benchmarks.crowd_copy import connect
from benchmarks.crowd_database import scratch, tidy
from benchmarks.plan import NOW, PEOPLE, fill, opened

REPEATS = int(os.environ.get("REPEATS", "20"))
WARM = 2
SCRATCH = f"relacional_bench_pages_{os.getpid()}"


class Statements:
    """Counts what goes to the databases, and how long it takes."""

    def __init__(self) -> None:
        self.number, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.seconds += time.perf_counter() - began

    @contextmanager
    def listening(self) -> Iterator[Statements]:
        """To every connection, while the block runs."""
        from django.db import connections

        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(self))
            yield self


def places() -> dict[str, str]:
    """Name → what is asked for: every section of the desk, then what lies behind them."""
    from saleor_relacional.dashboard.desk import SECTIONS
    from saleor_relacional.flows.segments import segments
    from saleor_relacional.models import Campaign, Profile

    person = Profile.objects.filter(merged_into=None).order_by("pk")[PEOPLE // 2]
    campaign, late = Campaign.objects.get().public_id, segments.all_known()[0].public_id
    return {
        **{section.place: f"{section.place}/" for section in SECTIONS},
        "customers, a stage": "customers/?stage=slipping",
        "customer": f"customers/{person.public_id}/",
        "slipping": "slipping/",
        "a segment": f"segments/{late}/",
        "new segment": "segments/new/",
        "campaign": f"campaigns/{campaign}/",
        "activate": f"campaigns/{campaign}/activate/",
        "campaign's people": f"campaigns/{campaign}/people/",
        "its evidence": f"evidence/{campaign}/",
        "message": "messages/win_back/en/",
        "codes": "incentives/codes/",
        "decisions": f"incentives/{campaign}/decisions/",
        "exclusions": "policy/exclusions/",
        "topics": "policy/topics/",
        "calibration": "calibration/",
        "widget: week": "week/",
    }


def parts() -> dict[str, str]:
    """Name → what a page asks for after it has been drawn: counts, sums, what a campaign would do."""
    from saleor_relacional.flows.segments import segments
    from saleor_relacional.models import Campaign

    campaign, late = Campaign.objects.get().public_id, segments.all_known()[0].public_id
    return {
        "home: waits": "home/waits/",
        "home: brought": "home/brought/",
        "home: past": "home/past/",
        "home: slipping, in all": "home/total/slipping/",
        "a segment's members": f"segments/{late}/members/",
        "a kind's outlook": "campaigns/kinds/win_back/",
        "campaign: outlook": f"campaigns/{campaign}/outlook/",
        "campaign: sentence": f"campaigns/{campaign}/said/",
        "evidence: curves": f"evidence/{campaign}/curves/",
        "inbox: promises": "inbox/promises/",
        "policy: exclusions": "policy/exclusions/count/",
        "health: overdue answers": "health/overdue/",
    }


def owner() -> Mapping[str, str]:
    """Headers of somebody who may do everything of ours."""
    from saleor_relacional.hosts.standalone import callers
    from saleor_relacional.hosts.standalone.shop import accounts

    clerk = accounts.register("owner@shop.example", None, confirmed=True)
    accounts.employ(clerk, "MANAGE_USERS", "MANAGE_RELATIONSHIPS")
    return {"Authorization": f"Bearer {callers.token_for(clerk)}", "Accept-Language": "en"}


def measured(place: str, headers: Mapping[str, str]) -> tuple[list[float], list[float], int]:
    """Milliseconds of each whole response, of its SQL, and the number of its statements."""
    from django.test import Client

    client, whole, asked, number = Client(), [], [], 0
    for turn in range(-WARM, REPEATS):
        with Statements().listening() as heard:
            began = time.perf_counter()
            answer = client.get(f"/dashboard/content/{place}", headers=headers)
            took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(f"{place} answers {answer.status_code}")
        if turn >= 0:
            whole.append(took * 1000)
            asked.append(heard.seconds * 1000)
            number = heard.number
    return whole, asked, number


def main() -> None:
    """Prints the table and the line."""
    import django

    django.setup()
    from saleor_relacional.flows.campaigns import plan
    from saleor_relacional.hosts.standalone import clock

    fill()
    clock.freeze(NOW)
    opened()
    plan.consider_all(NOW)
    with connect() as server:
        tidy(server)
    headers = owner()
    floor, _, _ = measured("checklist/", headers)
    told = table("page", places(), headers)
    print(f"{'floor':<24}{np.percentile(floor, 95):>9.1f}{np.median(floor):>9.1f}   (the checklist)")
    after = table("after the page", parts(), headers)
    print(json.dumps({**told, "after_the_page": after}))


def table(
    title: str, asked_for: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Prints a line for each; name → its figures."""
    found = {}
    print(f"{title:<24}{'p95, ms':>9}{'median':>9}{'SQL':>9}{'statements':>12}{'rest':>8}")
    for name, place in asked_for.items():
        whole, asked, number = measured(place, headers)
        rest = float(np.median(np.subtract(whole, asked)))
        found[name] = {
            "p95_ms": round(float(np.percentile(whole, 95)), 1),
            "sql_ms": round(float(np.percentile(asked, 95)), 1),
        }
        print(
            f"{name:<24}{found[name]['p95_ms']:>9}{np.median(whole):>9.1f}{found[name]['sql_ms']:>9}"
            f"{number:>12}{rest:>8.1f}",
            flush=True,
        )
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    with scratch(SCRATCH):
        main()

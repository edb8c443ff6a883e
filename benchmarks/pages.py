"""`make bench-pages`: what a page of the owner's desk takes at 1,000,000 profiles, whole response as the frame gets it:
permission, flows, template.

PEOPLE=… for another size, REPEATS=20. The shop has a win-back that has been planned once, of whom 15 in a hundred are
late, a second one in draft, a complaint and a remark. Beside each page: the time of its SQL, how many statements, and
the floor, the checklist, which looks at nobody. What a page asks for after it has been drawn stands in a table of its
own, asked a quarter as often. The shop is made anew, unless `python -m benchmarks.pages keep` has made one on the
server of DATABASE_URL: that is copied.

Last line: {page: {"p95_ms", "sql_ms"}, …, "after_the_page": {part: …}}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks import crowd_copy
from benchmarks.crowd_copy import connect
from benchmarks.crowd_database import address, create, scratch, tidy
from benchmarks.plan import NOW, PEOPLE, fill, opened

REPEATS = int(os.environ.get("REPEATS", "20"))
WARM = 2
SCRATCH = f"relacional_bench_pages_{os.getpid()}"
KEPT = crowd_copy.kept(PEOPLE).replace("crowd", "pages")


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


def known() -> dict[str, str]:
    """Public ids of what the shop has, and a channel."""
    from graphene.relay import Node

    from saleor_relacional import conf
    from saleor_relacional.dashboard.customers.asked import place_text
    from saleor_relacional.flows.profiles import profile_list
    from saleor_relacional.flows.profiles.profile_list import Filter
    from saleor_relacional.flows.segments import segments
    from saleor_relacional.hosts.standalone.models import Channel, Voucher
    from saleor_relacional.models import Campaign, CampaignState, FeedbackCase, Identity, Profile, Remark

    there = Profile.objects.filter(merged_into=None).order_by("pk")
    person = there[PEOPLE // 2]
    page, _more = profile_list.page(
        Filter(), profile_list.usual_order(Filter()), descending=True, after=None, first=50,
        now=conf.host().now(),
    )  # fmt: skip
    last = place_text(page[-1].place)
    account = {"kind": "account", "source": conf.host().source, "key": "bench-card"}
    Identity.objects.get_or_create(**account, defaults={"profile": person})
    return {
        "person": str(person.public_id),
        "user": Node.to_global_id("User", "bench-card"),
        "voucher": Node.to_global_id("Voucher", str(Voucher.objects.get(name="bench").pk)),
        "email": person.email,
        "begins": person.email[:3],
        "after": last["after"],
        "value": last["value"],
        "campaign": str(Campaign.objects.get(state=CampaignState.ACTIVE).public_id),
        "draft": str(Campaign.objects.get(state=CampaignState.DRAFT).public_id),
        "late": str(segments.all_known()[0].public_id),
        "case": str(FeedbackCase.objects.get().public_id),
        "remark": str(Remark.objects.get().public_id),
        "channel": Channel.objects.order_by("slug")[0].slug,
    }


def places() -> dict[str, str]:
    """Name → what is asked for: every section of the desk, then what lies behind them."""
    from saleor_relacional.dashboard.desk import SECTIONS

    return {section.place: f"{section.place}/" for section in SECTIONS} | {
        "customers, a stage": "customers/?stage=slipping",
        "customer": "customers/{person}/",
        "slipping": "slipping/",
        "a segment": "segments/{late}/",
        "new segment": "segments/new/",
        "campaign": "campaigns/{campaign}/",
        "activate": "campaigns/{campaign}/activate/",
        "campaign's people": "campaigns/{campaign}/people/",
        "a draft": "campaigns/{draft}/",
        "activate a draft": "campaigns/{draft}/activate/",
        "a draft's people": "campaigns/{draft}/people/",
        "its evidence": "evidence/{campaign}/",
        "a draft's evidence": "evidence/{draft}/",
        "message": "messages/win_back/en/",
        "codes": "incentives/codes/",
        "decisions": "incentives/{campaign}/decisions/",
        "budget": "policy/budget/",
        "hours": "policy/hours/",
        "sender": "policy/sender/{channel}/",
        "look": "policy/look/{channel}/",
        "exclusions": "policy/exclusions/",
        "topics": "policy/topics/",
        "a case": "inbox/{case}/",
        "a remark": "inbox/remarks/{remark}/",
        "calibration": "calibration/",
        "widget: week": "week/",
        "widget: a customer": "card/?customerId={user}",
        "widget: a voucher": "voucher/?voucherId={voucher}",
    }


def parts() -> dict[str, str]:
    """Name → what a page asks for after it has been drawn: counts, sums, what a campaign would do."""
    from saleor_relacional.flows.campaigns.kinds.registry import kinds

    return {
        "home: leaves": "home/leaves/",
        "home: waits": "home/waits/",
        "home: brought": "home/brought/",
        "home: past": "home/past/",
        "home: slipping, in all": "home/total/slipping/",
        "customer: own page": "customers/{person}/own-page/",
        "a segment's members": "segments/{late}/members/",
        **{f"kind: {name}": f"campaigns/kinds/{name}/" for name in kinds()},
        "slipping: the campaign": "slipping/{campaign}/",
        "slipping: a draft": "slipping/{draft}/",
        "campaign: people": "campaigns/{campaign}/people/queue/",
        "a draft: people": "campaigns/{draft}/people/queue/",
        "campaign: outlook": "campaigns/{campaign}/outlook/",
        "campaign: sentence": "campaigns/{campaign}/said/",
        "activate: figures": "campaigns/{campaign}/activate/figures/",
        "a draft: outlook": "campaigns/{draft}/outlook/",
        "a draft: figures": "campaigns/{draft}/activate/figures/",
        "evidence: when known": "evidence/{campaign}/knowing/",
        "evidence: curves": "evidence/{campaign}/curves/",
        "inbox: promises": "inbox/promises/",
        "policy: exclusions": "policy/exclusions/count/",
        "health: overdue answers": "health/overdue/",
        "voucher: counts": "voucher/counts/?voucherId={voucher}",
    }


RULE = (
    ("group", "all"), ("field", "stage"), ("operator", "one_of"), ("value", "slipping"), ("value", "lapsed"),
    ("field", "sold"), ("operator", "at_least"), ("value", "50"), ("currency", "EUR"), ("end", "1"),
)  # fmt: skip
"""The rule of a segment, as its form sends it."""


def asked() -> dict[str, tuple[str, Sequence[tuple[str, str]]]]:
    """Name → what is asked for by POST, and with what: searches, counts, further rows, what is typed."""
    return {
        "customers: search": ("customers/search/", [("search", "{begins}")]),
        "customers: search by all": ("customers/search/", [("search", "{email}")]),
        "customers: count": ("customers/count/", []),
        "customers: count of a stage": ("customers/count/", [("stage", "slipping")]),
        "customers: more": ("customers/more/", [("after", "{after}"), ("value", "{value}")]),
        "segment: count": ("segments/new/count/", RULE),
        "segment: a choice": ("segments/new/preview/", RULE),
        "segment: why": ("segments/{late}/why/", [("search", "{email}")]),
        "export: first batch": ("customers/export/", []),
    }


def owner() -> Mapping[str, str]:
    """Headers of somebody who may do everything of ours."""
    from saleor_relacional.hosts.standalone import callers
    from saleor_relacional.hosts.standalone.shop import accounts

    clerk = accounts.register("owner@shop.example", None, confirmed=True)
    accounts.employ(clerk, "MANAGE_USERS", "MANAGE_RELATIONSHIPS")
    return {"Authorization": f"Bearer {callers.token_for(clerk)}", "Accept-Language": "en"}


def measured(
    place: str,
    headers: Mapping[str, str],
    repeats: int = REPEATS,
    typed: Sequence[tuple[str, str]] | None = None,
) -> tuple[list[float], list[float], list[float], int]:
    """Milliseconds of each whole response, of its SQL, and of processor time of this process, which others who use the
    machine hardly change; and the number of its statements. With `typed` it is asked for by POST; of a response that is
    streamed: of its head and its first batch."""
    from django.test import Client

    client, whole, asked, worked, number = Client(), [], [], [], 0
    for turn in range(-WARM, repeats):
        with Statements().listening() as heard:
            began, busy = time.perf_counter(), time.process_time()
            answer = asked_once(client, f"/dashboard/content/{place}", headers, typed)
            took, busy = time.perf_counter() - began, time.process_time() - busy
        if answer.status_code != 200:
            raise SystemExit(f"{place} answers {answer.status_code}")
        if turn >= 0:
            whole.append(took * 1000)
            asked.append(heard.seconds * 1000)
            worked.append(busy * 1000)
            number = heard.number
    return whole, asked, worked, number


def asked_once(
    client: Any, address: str, headers: Mapping[str, str], typed: Sequence[tuple[str, str]] | None
) -> Any:  # fmt: skip
    """One answer, as far as it is waited for."""
    if typed is None:
        return client.get(address, headers=headers)
    answer = client.post(
        address, urlencode(typed), content_type="application/x-www-form-urlencoded", headers=headers
    )
    if answer.streaming:
        parts = iter(answer.streaming_content)
        next(parts), next(parts, None)
        answer.close()
    return answer


def fill_shop() -> None:
    """People, a win-back that was planned, another in draft, a complaint and a remark, in the database of
    DATABASE_URL."""
    from saleor_relacional.flows.campaigns import campaigns, plan
    from saleor_relacional.flows.campaigns.terms import Terms
    from saleor_relacional.flows.feedback import tell
    from saleor_relacional.flows.ledger import remarks
    from saleor_relacional.hosts.standalone import clock
    from saleor_relacional.models import Profile

    fill()
    clock.freeze(NOW)
    opened()
    plan.consider_all(NOW)
    campaigns.create(name="Come back", now=NOW, terms=Terms(daily_capacity=500))
    holders()
    somebody, another = Profile.objects.filter(merged_into=None).order_by("pk")[:2]
    tell.tell(somebody.pk, kind="complaint", source="page", text="The cup was broken.", now=NOW)
    remarks.say(another, kind="note", now=NOW, words="I moved to Porto.")
    with connect() as server:
        tidy(server)


def holders() -> None:
    """One voucher of the campaign, whose codes some thousands of those whom it considered hold, half redeemed."""
    from datetime import timedelta

    from saleor_relacional.hosts.base import Discount, VoucherRecipe
    from saleor_relacional.hosts.standalone import vouchers
    from saleor_relacional.models import Campaign, CampaignState, Enrolment, Incentive, Rung

    campaign = Campaign.objects.get(state=CampaignState.ACTIVE)
    rung = Rung.objects.filter(step__version__campaign=campaign).select_related("step").order_by("pk")[0]
    key = f"{campaign.public_id.hex}:1:{rung.step.number}.{rung.number}:bench"
    ends = NOW + timedelta(days=14)
    vouchers.issue(
        VoucherRecipe(
            key=key, name="bench", discount=Discount.PERCENTAGE, value=10, channels={"web": "EUR"}, starts_at=NOW,
            ends_at=ends,
        ),
        ["100000000000"],
    )  # fmt: skip
    Incentive.objects.bulk_create(
        Incentive(
            profile_id=one.profile_id, enrolment=one, step=rung.step, rung=rung, recipe_key=key, created_at=NOW,
            expires_at=ends, month=NOW.date().replace(day=1), code=f"{10**11 + number}",
            state="redeemed" if number % 2 else "issued",
        )
        for number, one in enumerate(Enrolment.objects.filter(campaign=campaign).order_by("pk")[:5_000])
    )  # fmt: skip


def keep() -> None:
    """Make the shop once, for others to copy."""
    import django

    create(KEPT)
    os.environ["DATABASE_URL"] = address(KEPT)
    django.setup()
    fill_shop()
    crowd_copy.made(KEPT)


def main(*, filled: bool) -> None:
    """Prints the tables and the line."""
    import django

    django.setup()
    if not filled:
        fill_shop()
    headers, ids = owner(), known()
    floor, _, worked, _ = measured("checklist/", headers)
    told = table("page", {name: each.format_map(ids) for name, each in places().items()}, headers)
    least = f"{np.percentile(floor, 95):>9.1f}{np.median(floor):>9.1f}{np.median(worked):>38.1f}"
    print(f"{'floor':<24}{least}   (the checklist)")
    later = {name: each.format_map(ids) for name, each in parts().items()}
    sent = {
        name: (place.format_map(ids), [(key, value.format_map(ids)) for key, value in typed])
        for name, (place, typed) in asked().items()
    }
    after = table("after the page", {**later, **sent}, headers, max(1, REPEATS // 4))
    print(json.dumps({**told, "after_the_page": after}))


def table(
    title: str,
    asked_for: Mapping[str, str | tuple[str, Sequence[tuple[str, str]]]],
    headers: Mapping[str, str],
    repeats: int = REPEATS,
) -> dict[str, dict[str, float]]:
    """Prints a line for each; name → its figures."""
    found = {}
    print(f"{title:<24}{'p95, ms':>9}{'median':>9}{'SQL':>9}{'statements':>12}{'rest':>8}{'CPU':>9}")
    for name, wanted in asked_for.items():
        place, typed = (wanted, None) if isinstance(wanted, str) else wanted
        whole, asked, worked, number = measured(place, headers, repeats, typed)
        rest = float(np.median(np.subtract(whole, asked)))
        found[name] = {
            "p95_ms": round(float(np.percentile(whole, 95)), 1),
            "sql_ms": round(float(np.percentile(asked, 95)), 1),
        }
        print(
            f"{name:<24}{found[name]['p95_ms']:>9}{np.median(whole):>9.1f}{found[name]['sql_ms']:>9}"
            f"{number:>12}{rest:>8.1f}{np.median(worked):>9.1f}",
            flush=True,
        )
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    if sys.argv[1:] == ["keep"]:
        keep()
    else:
        there = crowd_copy.said(KEPT) == crowd_copy.digest()
        with scratch(SCRATCH, KEPT if there else ""):
            main(filled=there)

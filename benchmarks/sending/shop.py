"""A shop of so many people whose win-back mail is due, each with a code of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.crowd_copy import connect

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_PEOPLE = """
INSERT INTO saleor_relacional_profile
    (public_id, arm_key, email, email_key, vouched, first_name, language, channel, time_zone, time_zone_declared,
     created_at)
SELECT gen_random_uuid(), gen_random_uuid(), address, address, true,
       'Ana', (ARRAY['en', 'es'])[1 + n %% 2], 'web', '', false, %(now)s::timestamptz - interval '900 days'
FROM generate_series(1, %(people)s) AS n,
     LATERAL (SELECT 'p' || lpad(n::text, 7, '0') || '@shop.example') AS named (address)
"""
_PURCHASES = """
INSERT INTO saleor_relacional_purchase
    (profile_id, source, reference, number, state, channel, currency, sold, placed_at, day, learned_at, checkout,
     codes, digest, fulfilled_at)
SELECT p.id, 'bench', p.id || '-' || d, '', 'counts', 'web', 'EUR', 20 + p.id %% 50, at, at::date, at, '', '[]', '', at
FROM saleor_relacional_profile p, unnest(ARRAY[150, 135, 120, 105, 90]) AS d,
     LATERAL (SELECT %(now)s::timestamptz - d * interval '1 day') AS days (at)
"""
_CONSENTS = """
INSERT INTO saleor_relacional_consent
    (profile_id, purpose, medium, basis, source, text, language, happened_at, learned_at)
SELECT id, purpose, 'mail', 'opt_in', 'storefront', 'Tea news.', '', %(now)s::timestamptz - interval '200 days',
       %(now)s
FROM saleor_relacional_profile, unnest(ARRAY['content', 'offers']) AS told (purpose)
"""
_SUMMARIES = """
INSERT INTO saleor_relacional_customersummary
    (profile_id, since, purchases, purchase_days, gap_log_sum, gap_log_squares, currency, sold, refunded,
     valued_purchases, sold_squares, stage, stage_cause)
SELECT id, %(now)s, 0, 0, 0, 0, '', 0, 0, 0, 0, 'prospect', '' FROM saleor_relacional_profile
"""
_STALE = """
INSERT INTO saleor_relacional_stale (profile_id, since, version) SELECT id, %(now)s, 1 FROM saleor_relacional_profile
"""


def made(people: int) -> None:
    """In the database of DATABASE_URL, which is empty. Django is set up."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connect() as server:
        for statement in (_PEOPLE, _PURCHASES, _CONSENTS, _SUMMARIES, _STALE):
            server.execute(statement, {"now": NOW, "people": people})
        server.execute("ANALYZE")
    _opened(people)
    _planned(people)


def _opened(people: int) -> None:
    from saleor_relacional.flows import policy
    from saleor_relacional.hosts.standalone.models import Channel, Shop
    from tests.support.campaign_stories import a_fit, swept

    Shop.objects.update_or_create(
        id=1, defaults={"frozen_at": NOW, "storefront_url": "https://tea.example/shop"}
    )
    Channel.objects.get_or_create(slug="web", defaults={"name": "web", "currency": "EUR"})
    swept()
    a_fit(NOW)
    policy.decide(now=NOW, daily_capacity=2 * people)
    policy.name_sender(
        channel="web",
        name="Tea & Co",
        address="hello@tea.example",
        postal_address="Calle Mayor 1, Madrid",
        now=NOW,
    )


def _planned(people: int) -> None:
    from saleor_relacional.flows.campaigns import plan
    from saleor_relacional.flows.scoring import score
    from saleor_relacional.models import Touch
    from tests.support.campaign_stories import win_back

    while score.score_stale(NOW, limit=5_000).profiles:
        pass
    campaign = win_back(
        NOW, control_share="0", discount="percentage", value=Decimal(10), daily_capacity=2 * people
    )
    start = time.perf_counter()
    plan.consider(campaign, NOW)
    queued = Touch.objects.filter(state="queued").count()
    if queued != people:
        raise SystemExit(f"{queued} of {people} mails are queued.")
    print(f"  {queued:,} mails planned in {time.perf_counter() - start:.0f} s", flush=True)


def states() -> dict[str, int]:
    """TouchState → how many."""
    from django.db.models import Count

    from saleor_relacional.models import Touch

    told: Any = Touch.objects.values_list("state").annotate(Count("pk")).order_by()
    return dict(told)


DAY = timedelta(days=1)

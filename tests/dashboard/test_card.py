"""The card on the customer's page: what it shows, and to whom."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from saleor_relacional.dashboard import filters
from tests.api.asking import Asker
from tests.support.asked import Asked

pytestmark = pytest.mark.django_db


def fetch(path: str, asker: Asker | None = None, language: str = "en", **query: str) -> Any:
    """As the frame asks: the token in a header."""
    headers = {"Accept-Language": language}
    if asker and asker.token:
        headers["Authorization"] = asker.token
    return Client().get(f"/dashboard/{path}", query, headers=headers)


def test_the_frame_is_the_same_for_everybody_and_reads_nothing(shop: Any, ana: str) -> None:
    """Dashboards ask for it twice and without a token: no query but the host's own settings, no customer in it."""
    with Asked() as queries:
        answer = fetch("card/", customerId=to_global_id("User", ana), theme="dark")
    assert answer.status_code == 200 and len(queries) == 0
    assert b"ana" not in answer.content and b'data-theme="dark"' in answer.content
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy


def test_a_theme_from_outside_is_no_way_in(shop: Any) -> None:
    """Only the two themes are ever echoed."""
    answer = fetch("card/", theme='dark"><script>alert(1)</script>')
    assert b"script>alert" not in answer.content


def test_ana_on_one_card(shop: Any, ana: str, reader: Asker, now: datetime) -> None:
    """Stage, rhythm, window, value, offers and consent, in English and in Spanish."""
    card = fetch("content/card/", reader, customerId=to_global_id("User", ana))
    text = card.content.decode()
    assert card.status_code == 200 and card.headers["Cache-Control"] == "no-store"
    for said in ("Loyal", "€40.00", "4 orders", "from 3 gaps of their own", "No: nobody asked them yet"):
        assert said in text, said
    assert text.count('<circle class="dot"') == 4
    drawn = " ".join(text.partition("<figure")[2].partition("</figure>")[0].split())
    assert re.search(
        r"4 purchases, from \d+ \w+ \d{4} to \d+ \w+ \d{4}; the next is expected between \d+", drawn
    )
    table = drawn.partition("<table")[2]
    assert table.count(">purchase<") == 4 and table.count(">expected<") == 1, "every drawing has its table"
    for name in ("An order is worth", "The year ahead"):
        believed = text.partition(f"<dt>{name}</dt>")[2].partition("</dd>")[0]
        assert "€" in believed and "." not in believed, (name, "a guess has no cents")

    card = fetch("content/card/", reader, "es-ES,es;q=0.9", customerId=to_global_id("User", ana))
    text = card.content.decode()
    for said in ("Fiel", "40,00\xa0€", "4 pedidos", "No: aún no se le ha preguntado"):
        assert said in text, said
    assert card.headers["Content-Language"] == "es"


def test_two_lines_say_what_an_owner_needs(shop: Any, ana: str, reader: Asker) -> None:
    """How she stands and what to do; the rest is folded: since when, RFM, drawing, numbers, her page."""
    card = fetch("content/card/", reader, customerId=to_global_id("User", ana)).content.decode()
    above, _fold, folded = card.partition("<details")
    assert above.count("<p") == 2 and above.count("<svg") == 0 and "RFM" not in above and "<a " not in above
    assert 'class="how"' in above and "What to do" in above and "Loyal" in above
    for part in ("since ", "RFM", "<svg", "Everything about them", "An order is worth"):
        assert part in folded.partition("</section>")[0], part


def test_the_drawing_says_that_it_is_of_the_latest(
    shop: Any, learn: Any, reader: Asker, now: datetime
) -> None:
    """Of thirty purchases it draws the latest, and says so; its table says how many came before."""
    eva = shop.customer("eva@example.com", first_name="Eva")
    for number in range(30):
        shop.order(customer=eva, email="eva@example.com", placed_at=now - timedelta(days=10 + 7 * number))
    learn()
    card = fetch("content/card/", reader, customerId=to_global_id("User", eva)).content.decode()
    drawn = " ".join(card.partition("<figure")[2].partition("</figure>")[0].split())
    assert "The latest 24 purchases, from" in drawn and drawn.count(">purchase<") == 24
    assert re.search(r"6 earlier purchases</th>.*before \d+ \w+ \d{4}", drawn) and "30 orders" in card


def test_who_lacks_the_permission_gets_a_friendly_panel(shop: Any, ana: str) -> None:
    """No token, a customer's own, staff without it: the panel names the permission and shows nothing else."""
    customer = Asker(shop.context(account=ana))
    staff = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    for asker, status in ((None, 401), (customer, 403), (staff, 403)):
        answer = fetch("content/card/", asker, customerId=to_global_id("User", ana))
        assert answer.status_code == status
        assert b"MANAGE_USERS" in answer.content and b"Loyal" not in answer.content


def test_a_customer_without_a_history(shop: Any, learn: Any, reader: Asker, now: datetime) -> None:
    """Somebody who never bought, somebody we have not met, and an id of something else."""
    account = shop.customer("new@example.com")
    learn()
    text = fetch("content/card/", reader, customerId=to_global_id("User", account)).content.decode()
    assert "Not a buyer yet" in text and "<svg" not in text
    for unknown in (to_global_id("User", "nobody"), to_global_id("Order", account), "%%%", ""):
        answer = fetch("content/card/", reader, customerId=unknown)
        assert answer.status_code == 200 and b"Nothing is known about this customer" in answer.content


def test_a_name_that_is_a_script_stays_a_name(shop: Any, learn: Any, owner: Asker, now: datetime) -> None:
    """Pages share the API's origin: everything is escaped."""
    from saleor_relacional.flows.campaigns import campaigns

    evil = '"><script>alert(1)</script>@example.com'
    from saleor_relacional.models import CustomerSummary, Profile

    for days in (400, 370, 340):
        shop.order(email="mallory@example.com", placed_at=now - timedelta(days=days))
    learn()
    Profile.objects.update(email=evil, first_name=evil)
    campaigns.ensure("win_back", now)
    CustomerSummary.objects.update(stage="lapsed", stage_cause="time")
    text = fetch("content/slipping/", owner).content.decode()
    assert "&lt;script&gt;alert(1)" in text and "<script>" not in text


def card_of(account: str, asker: Asker, language: str = "en") -> str:
    """The card as text."""
    answer = fetch("content/card/", asker, language, customerId=to_global_id("User", account))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_belief_on_the_card_has_its_interval(shop: Any, ana: str, reader: Asker) -> None:
    """What the API says: value, both ends, as of when, why, how sure; the ranks among the shop's customers."""
    from saleor_relacional.dashboard import filters
    from saleor_relacional.flows.profiles import profiles
    from saleor_relacional.flows.profiles.beliefs import beliefs
    from saleor_relacional.flows.profiles.beliefs.beliefs import Name
    from tests.support.instants import NOON

    text = card_of(ana, reader)
    person = profiles.of_accounts([ana])[ana]
    found = {one.name: one for one in beliefs.of([person], NOON)[person.id]}
    for name in (Name.OVERDUE, Name.ORDER_90, Name.NEVER_WITHIN_A_YEAR):
        assert filters.share(found[name].value) in text and filters.shares(found[name]) in text, name
    for name in (Name.ORDER_VALUE, Name.YEAR_VALUE):
        assert filters.about_money(found[name].value, "EUR") in text, name
        assert filters.amounts(found[name]) in text, name
    assert f"8 of 10 gaps: {filters.span(found[Name.RHYTHM_DAYS])} days" in text
    assert filters.sufficiency(found[Name.ORDER_90].sufficiency.value) in text
    assert "4 days with a purchase" in text and "20 days since the last purchase" in text
    assert f"RFM {person.rfm_recency}·{person.rfm_frequency}·{person.rfm_monetary}" in text
    assert Name.SHARE_OF_CUSTOMER not in found and "Share of their need" not in text


def test_what_was_said_stands_on_the_card(shop: Any, ana: str, reader: Asker, now: datetime) -> None:
    """By whom and when, in both languages; the window waits for the day."""
    from saleor_relacional.flows.profiles import profiles
    from saleor_relacional.flows.scoring import declarations

    person = profiles.of_accounts([ana])[ana]
    said = {"by": declarations.STAFF, "today": now.date(), "now": now}
    declarations.declare(person.id, every_days=42, not_before=now.date() + timedelta(days=30), **said)
    text = card_of(ana, reader)
    assert "about every 6 weeks" in text and "as your staff noted on 2 Mar 2026" in text
    assert "not before 1 Apr 2026" in text and "from 3 gaps of their own" not in text
    assert "como anotó su equipo el 2 mar 2026" in card_of(ana, reader, "es")


def test_a_change_of_habit_is_news_for_thirty_days(shop: Any, ana: str, reader: Asker, now: datetime) -> None:
    """One sentence, then history."""
    from saleor_relacional.flows.profiles import profiles
    from saleor_relacional.models import HabitShift

    shift = HabitShift.objects.create(
        profile_id=profiles.of_accounts([ana])[ana].id, what="basket", happened_on=(now - timedelta(days=50)).date(),
        learned_at=now - timedelta(days=29), before=40.0, after=10.0, p_value=0.001,
    )  # fmt: skip
    said = "Since 11 Jan 2026 they spend about €10 per order; before, €40."
    assert said in card_of(ana, reader)
    HabitShift.objects.filter(pk=shift.pk).update(learned_at=now - timedelta(days=31))
    assert said not in card_of(ana, reader)


def test_money_without_a_rate_is_visibly_left_out(
    shop: Any, ana: str, learn: Any, reader: Asker, now: datetime
) -> None:
    """Two currencies, one rate: the sum, each currency, and what is in neither sum."""
    from saleor_relacional.flows import policy
    from saleor_relacional.flows.profiles import profiles
    from saleor_relacional.models import Profile
    from tests.support.people import buys

    profile = Profile.objects.get(pk=profiles.of_accounts([ana])[ana].id)
    buys(profile, now - timedelta(days=5), "100.00", currency="USD")
    buys(profile, now - timedelta(days=4), "100.00", currency="GBP")
    learn()
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.5")])
    text = card_of(ana, reader)
    assert "€90.00" in text and "1 order left out: no rate for its currency" in text
    assert "€40.00" in text and "$100.00" in text and "£100.00" in text


def test_a_visitor_of_an_empty_shop_sees_what_shops_show(shop: Any, learn: Any, reader: Asker) -> None:
    """Never a blank panel, never a figure that looks known: the prior's rhythm, and that nothing is known yet."""
    account = shop.customer("new@example.com")
    learn()
    text = card_of(account, reader)
    assert "about every 9 weeks" in text and "nothing is known yet" in text
    assert "An order is worth" not in text and "Next order" not in text


def test_what_adds_nothing_has_no_sign() -> None:
    """Less than half a percentage point is neither more nor less."""
    assert [filters.points(weight) for weight in (0.042, 0.004, -0.004, -0.042)] == ["+4", "0", "0", "−4"]

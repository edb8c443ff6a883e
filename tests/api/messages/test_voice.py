"""By the API a customer reads what is said to them in the voice of their channel; staff are always tú."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.sending import send
from saleor_relacional.management import formal
from saleor_relacional.models import Identity, Profile
from tests.api.asking import Asker
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.voice import says_usted

pytestmark = pytest.mark.django_db(transaction=True)

LEDGER = "ledger { headline sections { summary entries { title detail } } }"
MINE = f"{{ me {{ relationship {{ plan {{ because }} {LEDGER} }} }} }}"
THEIRS = f"query($id: ID!) {{ relationshipProfile(id: $id) {{ plan {{ because }} {LEDGER} }} }}"
ERASE = "mutation { relationshipErase { remains errors { message } } }"
WISH = "mutation { relationshipTell(input: { kind: WISH }) { errors { message } } }"
SIGN_UP = 'mutation { relationshipNewsletterSignup(email: "ana", text: "Sí.") { errors { message } } }'
TOPIC = 'mutation { relationshipTopicDeclare(key: "A b", names: []) { errors { message } } }'


@pytest.fixture
def ana(shop: Any, now: datetime) -> tuple[Profile, Asker]:
    """She has an account, is late, and was written to this minute."""
    open_shop(now)
    profile, account = late("Ana", now), shop.customer("ana@shop.example")
    Identity.objects.create(profile=profile, kind="account", source=shop.host.source, key=account)
    win_back(now, control_share="0")
    plan.consider_all(now)
    send.send_due(now=now)
    return profile, Asker(shop.context(account=account), language="es")


def test_what_a_customer_reads(shop: Any, ana: tuple[Profile, Asker], now: datetime) -> None:
    """Ledger, why she got it, what remains, what is refused, whoever signs up: usted in all of it, and tú in a shop
    that says tú. The staff who look at her ledger read it as she does."""
    profile, herself = ana
    who = to_global_id("RelationshipProfile", profile.public_id)
    staff = Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")), language="es")
    anybody = Asker(language="es")

    def said() -> list[str]:
        theirs = staff.data(THEIRS, id=who)["relationshipProfile"]
        own = herself.data(MINE)["me"]["relationship"]
        assert theirs == own and own["plan"][0]["because"]
        return [str(one) for one in (
            own["plan"], own["ledger"], herself.data(ERASE), herself.data(WISH), anybody.data(SIGN_UP),
        )]  # fmt: skip

    tu = formal.learnt()
    assert all(formal.gives_away(one, tu) for one in said())
    says_usted(now)
    assert [formal.gives_away(one, tu) for one in said()] == [""] * 5
    herself.language = "en"
    assert "Say it in your words." in str(herself.data(WISH))


def test_staff_are_always_tu(shop: Any, now: datetime) -> None:
    """Of the same words."""
    says_usted(now)
    staff = Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")), language="es")
    [error] = staff.data(TOPIC)["relationshipTopicDeclare"]["errors"]
    assert error["message"].startswith("Da una clave")

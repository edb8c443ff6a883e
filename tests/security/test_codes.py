"""Guessing codes: there are too many to try, trying is counted, and one that works for somebody else is refused as one
that nobody ever made, word for word."""

import json
import math
from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.incentives import codes, incentive
from saleor_relacional.graphql.mutations import answer, offers
from saleor_relacional.models import Incentive
from tests.api.asking import Asker
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db

APPLY = """mutation($checkout: ID!, $code: String) { relationshipOfferApply(checkoutId: $checkout, code: $code) {
    offer { code } errors { field code message } } }"""


def test_there_are_too_many_to_try() -> None:
    """Every code is as likely as any other: an account that tries all that it may for a year, where ten thousand codes
    work, finds one with a chance of one in three hundred; and then it is bound to somebody else."""
    lowest, highest = codes.draw(lambda below: 0), codes.draw(lambda below: below - 1)
    there_are = int(highest) - int(lowest) + 1
    assert (len(lowest), len(highest)) == (codes.DIGITS, codes.DIGITS) and math.log2(there_are) > 39
    tries = 365 * 24 * offers.MOST_CODES
    assert tries * 10_000 / there_are < 1 / 300 and offers.MOST_CODES < answer.MOST
    drawn = {codes.draw() for _ in range(2_000)}
    assert len(drawn) == 2_000 and {one[-1] for one in drawn} == set("0123456789")


def test_a_foreign_code_is_an_unknown_one(shop: Any, now: datetime, learn: Any) -> None:
    """Bea's code works, at her checkout. Eve tries it at her own, and one that nobody has: one answer."""
    due(campaign(now), now, "Bea")
    promised = Incentive.objects.get()
    incentive.issue(promised, now)
    account = shop.customer("eve@example.com", first_name="Eve")
    shop.order(customer=account, email="eve@example.com")
    learn()
    eve = Asker(shop.context(account=account))
    checkout = to_global_id("Checkout", shop.checkout(customer=account))
    tried = (promised.code, "123456789012", promised.code[:-1], "' OR 1=1 --")
    answers = {
        json.dumps(eve.ask(APPLY, checkout=checkout, code=code), sort_keys=True).replace(code, "CODE")
        for code in tried
    }
    assert len(answers) == 1 and '"offer": null' in answers.pop()

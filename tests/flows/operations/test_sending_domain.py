"""What the doctor finds out about the domain that mails come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from saleor_relacional.flows.operations import mail_requirements
from saleor_relacional.flows.operations.sending_domain import Names, Unanswered, look
from tests.support.campaign_stories import open_shop

pytestmark = pytest.mark.django_db

GOOD: Mapping[str, Sequence[str]] = {
    "tea.example": ["other=1", "v=spf1 include:mail.example -all"],
    "_dmarc.tea.example": ["v=DMARC1; p=quarantine; adkim=r"],
    "s1._domainkey.tea.example": ["v=DKIM1; k=rsa; p=MIIB"],
}


class Told(Names):
    """Name servers that say this."""

    def __init__(self, records: Mapping[str, Sequence[str]] | None) -> None:
        self.records = records

    def texts(self, name: str) -> Sequence[str]:
        if self.records is None:
            raise Unanswered
        return self.records.get(name, [])


ABOVE: Mapping[str, Sequence[str]] = {"_dmarc.shop.example": ["v=DMARC1; p=none; sp=reject"]}
OWN = {"_dmarc.news.eu.shop.example": ["v=DMARC1; p=none; adkim=s"]}
KEY: Sequence[str] = ["v=DKIM1; p=MIIB"]


@pytest.mark.parametrize(
    ("records", "policy", "key"),
    [
        (ABOVE, "reject", False),
        ({**ABOVE, "_dmarc.eu.shop.example": ["v=DMARC1; p=quarantine"]}, "quarantine", False),
        ({**ABOVE, "s1._domainkey.shop.example": KEY}, "reject", True),
        ({**ABOVE, "s1._domainkey.eu.shop.example": KEY}, "reject", True),
        ({**OWN, "s1._domainkey.shop.example": KEY}, "none", False),
        ({**OWN, "s1._domainkey.news.eu.shop.example": KEY}, "none", True),
        ({"_dmarc.example": ["v=DMARC1; p=none"], "s1._domainkey.example": KEY}, "", False),
    ],
)
def test_a_domain_below_another(records: Any, policy: str, key: bool) -> None:
    """Two below the shop's: what stands above holds for it, as receivers read it; never what stands at the top, and no
    key above where alignment is strict."""
    found = look("news.eu.shop.example", ["s1"], Told(records))
    assert (found.dmarc_policy, found.keys) == (policy, {"s1": key})


@pytest.mark.parametrize(
    ("records", "found"),
    [
        (GOOD, set()),
        ({**GOOD, "tea.example": []}, {"spf"}),
        ({**GOOD, "tea.example": ["v=spf1 +all"]}, {"spf"}),
        ({**GOOD, "_dmarc.tea.example": []}, {"dmarc"}),
        ({**GOOD, "s1._domainkey.tea.example": ["v=DKIM1; p="]}, {"dkim"}),
        ({}, {"spf", "dkim", "dmarc"}),
        (None, {"domain_unasked"}),
    ],
)
def test_a_domain(shop: Any, now: Any, settings: Any, records: Any, found: set[str]) -> None:
    """Each record that lacks is named with its cure; where nobody could be asked, nothing is said to be wrong."""
    open_shop(now)
    settings.RELACIONAL = {"DKIM_SELECTORS": ["s1"]}
    lacking = list(mail_requirements.of_domains(Told(records)))
    assert {each.code for each in lacking} == found
    assert all("tea.example" in each.problem + each.cure for each in lacking if each.code in found - {"spf"})
    assert not any(each.fatal for each in lacking)

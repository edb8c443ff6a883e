"""Why somebody left is asked once."""

from datetime import datetime

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.consent import leaving
from saleor_relacional.models import LeaveReason
from tests.support.people import person

pytestmark = pytest.mark.django_db


def test_once_and_never_again(now: datetime) -> None:
    """Ana taps a reason; later she leaves again: nobody asks, and the first word stays."""
    ana = person("Ana")
    assert leaving.may_ask(ana.pk)
    with pytest.raises(BadInput):
        leaving.tell(ana, "because", now=now)
    assert leaving.tell(ana, "too_many", now=now, note="Twice a day!")
    assert not leaving.may_ask(ana.pk) and not leaving.tell(ana, "other", now=now)
    told = LeaveReason.objects.get()
    assert (told.reason, told.note) == ("too_many", "Twice a day!")


def test_not_to_say_is_an_answer(now: datetime) -> None:
    """She was asked; she closed it; she is not asked again."""
    ana = person("Ana")
    assert leaving.tell(ana, leaving.UNSAID, now=now) and not leaving.may_ask(ana.pk)

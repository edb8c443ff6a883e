"""May we write to them? Evidence for and against, its order, and what outlives a person here."""

from datetime import timedelta

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Basis, Consent, Objection, Touch
from tests.support.asked import Asked
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def basis(profile, now):
    return consent.bases([profile.pk], now=now, purpose="offers")[profile.pk]


def test_nobody_may_be_written_to_by_default(now):
    """Ana bought ten times and said nothing: there is no basis."""
    ana = person("Ana", days_ago=list(range(10)))
    assert basis(ana, now) is None


def test_soft_opt_in_is_the_owners_decision_and_covers_buyers_only(now):
    """With the setting on, Ana who bought may be written to; Bea who only registered may not."""
    ana, bea = person("Ana", days_ago=[200]), person("Bea")
    policy.decide(
        now=now, soft_opt_in=True, soft_opt_in_text="We may write about similar tea; say no at any time."
    )
    assert (basis(ana, now), basis(bea, now)) == (Basis.SOFT_OPT_IN, None)
    policy.decide(now=now, soft_opt_in=False)
    assert basis(ana, now) is None


def test_soft_opt_in_without_its_text_is_refused_and_nothing_changes(now):
    """An owner cannot rely on words that nobody was shown."""
    with pytest.raises(BadInput) as refused:
        policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="  ")
    assert refused.value.field == "softOptInText"
    assert policy.current(now).soft_opt_in is False


def test_an_opt_out_beats_soft_opt_in(now):
    """Ana bought and said no: no it is."""
    ana = person("Ana", days_ago=[200])
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write about similar tea.")
    assert consent.record_objection(ana, source="unsubscribe_link", now=now) is True
    assert basis(ana, now) == Basis.OPT_OUT


def test_an_opt_out_counts_without_an_address_to_object_for(now):
    """Of Ana we know no address, so there is no objection to keep; her word alone beats soft opt-in."""
    ana = person("Ana", days_ago=[200], email="", email_key="")
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write about similar tea.")
    consent.record_objection(ana, source="storefront", now=now)
    assert not Objection.objects.exists()
    assert basis(ana, now) == Basis.OPT_OUT


def test_the_persons_latest_word_counts_by_its_date(now):
    """In, out, in again: each moment has its answer, also when asked about later."""
    ana = person("Ana")
    consent.give(ana, basis=Basis.OPT_IN, source="storefront", text="Yes to tea news.", now=now)
    consent.record_objection(ana, source="one_click", now=now + DAY)
    consent.give(ana, basis=Basis.OPT_IN, source="storefront", text="Yes to tea news.", now=now + 2 * DAY)
    assert basis(ana, now - DAY) is None
    assert basis(ana, now) == Basis.OPT_IN
    assert basis(ana, now + DAY) == Basis.OPT_OUT
    assert basis(ana, now + 3 * DAY) == Basis.OPT_IN


def test_the_shop_cannot_overrule_a_no(now):
    """A later import states that Ana agreed, and staff record an opt-in: she said no, and no it stays."""
    ana = person("Ana")
    consent.record_objection(ana, source="unsubscribe_link", now=now)
    consent.import_consent(
        [ana.pk], source="import", text="They agreed.", happened_at=now + DAY, now=now + DAY
    )
    assert basis(ana, now + 2 * DAY) == Basis.OPT_OUT
    consent.give(ana, basis=Basis.OPT_IN, source="staff", text="She told us on the phone.", now=now + DAY)
    assert basis(ana, now + 2 * DAY) == Basis.OPT_OUT


def test_an_objection_outlives_the_person_until_they_opt_in_themselves(now):
    """Ana says no and is erased. Who comes back under her address is not written to, whatever the shop states."""
    ana = person("Ana", email="Ana@Tea.example", email_key="ana@tea.example")
    consent.record_objection(ana, source="unsubscribe_link", now=now)
    forget.forget(ana, now=now)
    again = person("Ana", email="ana@tea.example", email_key="ana@tea.example")
    consent.import_consent([again.pk], source="import", text="They agreed.", happened_at=now, now=now)
    assert basis(again, now) == Basis.OPT_OUT
    consent.give(again, basis=Basis.OPT_IN, source="storefront", text="Yes to tea news.", now=now + DAY)
    assert basis(again, now + DAY) == Basis.OPT_IN


def test_an_objection_holds_no_address(now):
    """What outlives a person is a keyed hash, and nothing of the address can be read in it."""
    consent.record_objection(person("Ana"), source="one_click", now=now)
    for objection in Objection.objects.all():
        assert len(bytes(objection.digest)) == 32
        assert b"ana" not in bytes(objection.digest)


def test_objecting_twice_says_it_once(now):
    """A mail client posts the one-click link again: one statement, one objection."""
    ana = person("Ana")
    assert consent.record_objection(ana, source="one_click", now=now) is True
    assert consent.record_objection(ana, source="one_click", now=now + timedelta(minutes=1)) is False
    assert Consent.objects.count() == Objection.objects.count() == 2  # content and offers


def test_a_statement_is_recorded_once_and_needs_its_words(now):
    """A second import adds nothing; without the words that were agreed to it is refused."""
    ids = [person("Ana").pk, person("Bea").pk]
    assert consent.import_consent(ids, source="import", text="Tea news.", happened_at=now, now=now) == 2
    assert consent.import_consent(ids, source="import", text="Tea news.", happened_at=now, now=now) == 0
    with pytest.raises(BadInput):
        consent.import_consent(ids, source="import", text=" ", happened_at=now, now=now)
    assert Consent.objects.count() == 4  # content and offers, each


def test_saying_no_stops_what_is_on_its_way(shop, now):
    """Ana's mail is queued when she says no: it will not leave."""
    from saleor_relacional.flows.campaigns import plan

    open_shop(now)
    ana = late("Ana", now)
    plan.consider(win_back(now, control_share="0"), now)
    assert Touch.objects.get().state == "queued"
    consent.record_objection(ana, source="unsubscribe_link", now=now)
    touch = Touch.objects.get()
    assert (touch.state, touch.reason) == ("suppressed", "opted_out")


def test_asking_about_many_takes_as_many_queries_as_about_one(now):
    """The number of queries does not grow with the number of people, objections included."""
    people = [person(f"P{i}") for i in range(30)]
    for profile in people[:10]:
        consent.record_objection(profile, source="one_click", now=now)
    buys(people[11], now - DAY)
    with Asked() as one:
        consent.bases([people[0].pk], now=now, purpose="offers")
    with Asked() as many:
        found = consent.bases([profile.pk for profile in people], now=now, purpose="offers")
    assert len(many) == len(one)
    assert sum(each == Basis.OPT_OUT for each in found.values()) == 10

"""Consents and suppressions of another system: all of a file or nothing, twice adds none, and a hash outlives all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.importing.agreements import agreements
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Basis, Consent, Objection, Profile
from tests.support.leak import tables_with
from tests.support.people import person

pytestmark = pytest.mark.django_db
TEXT = "Yes, send me news by email."

SUBSCRIBED = """"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID
ana@shop.example,Ana,Oak,4,"2024-01-05 09:00:00",,"2024-01-05 09:02:11",,1
bea@shop.example,Bea,Elm,2,"2023-11-30 17:45:00",,,,2
"""
UNSUBSCRIBED = """"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON,LEID
Cleo@shop.example,Cleo,2,"2022-01-05 09:00:00","2024-02-01 10:00:00",NORMAL,3
dora@shop.example,Dora,2,"2022-01-05 09:00:00","2024-02-02 10:00:00","SPAM",4
"""
CLEANED = """"Email Address","First Name",MEMBER_RATING,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID
eva@shop.example,Eva,2,"2024-02-01 10:00:00",Tea,5
"""
KLAVIYO = """Email,Klaviyo ID,First Name,Email Marketing Consent,Email Marketing Consent Timestamp
ana@shop.example,01H,Ana,SUBSCRIBED,2024-01-05T09:02:11+00:00
bea@shop.example,01J,Bea,UNSUBSCRIBED,2024-01-06T09:00:00+00:00
cleo@shop.example,01K,Cleo,NEVER_SUBSCRIBED,
"""
KLAVIYO_SUPPRESSED = """Email,Suppression Reason,Suppression Timestamp
ana@shop.example,HARD_BOUNCE,2024-01-05T09:02:11+00:00
bea@shop.example,USER_SUPPRESSED,2024-01-06T09:00:00+00:00
"""


@pytest.fixture
def file(tmp_path: Path) -> "File":
    return File(tmp_path)


class File:
    def __init__(self, place: Path) -> None:
        self.place = place

    def __call__(self, text: str, name: str = "list.csv") -> Path:
        path = self.place / name
        path.write_text(text, encoding="utf-8")
        return path


def bases(now: datetime) -> dict[str, Basis | None]:
    people = dict(Profile.objects.values_list("pk", "email_key"))
    return {people[pk]: one for pk, one in consent.bases([*people], now=now, purpose="offers").items()}


def test_mailchimps_subscribed(file: File, now: datetime) -> None:
    """Each agreed on the day on which they confirmed, else signed up; twice adds none."""
    path = file(SUBSCRIBED)
    done = agreements.import_consents(path, text=TEXT, now=now)
    assert (done.preset, done.rows, done.new) == ("mailchimp", 2, 2)
    assert agreements.import_consents(path, text=TEXT, now=now).new == 0
    assert bases(now) == {"ana@shop.example": Basis.STATED, "bea@shop.example": Basis.STATED}
    ana = Profile.objects.get(email_key="ana@shop.example")
    assert ana.first_name == "Ana"
    said = Consent.objects.filter(profile=ana, purpose="content").get()
    assert (said.text, said.source, said.happened_at) == (
        TEXT,
        "import",
        datetime(2024, 1, 5, 9, 2, 11, tzinfo=UTC),
    )


def test_mailchimps_unsubscribed_and_cleaned(file: File, now: datetime) -> None:
    """Who left hears of nothing commercial, who complained or bounced of nothing at all, whoever has the address."""
    cleo = person("Cleo")
    assert agreements.import_suppressions(file(UNSUBSCRIBED), now=now).new == 2
    assert agreements.import_suppressions(file(CLEANED, "cleaned.csv"), now=now).new == 1
    assert agreements.import_suppressions(file(UNSUBSCRIBED), now=now).new == 0
    assert sorted(Objection.objects.values_list("cause", "purpose")) == sorted(
        [("opt_out", one) for one in ("content", "offers")]
        + [(cause, one) for cause in ("bounce", "complaint") for one in ("content", "offers", "service")]
    )
    assert consent.has_left(cleo.pk, now=now)
    assert consent.import_consent([cleo.pk], source="import", text=TEXT, happened_at=now, now=now)
    assert bases(now) == {"cleo@shop.example": Basis.OPT_OUT}


def test_a_file_of_subscribed_people_suppresses_nobody(file: File, now: datetime) -> None:
    """The wrong file by a slip of the hand would silence everybody."""
    with pytest.raises(BadInput, match="people who are subscribed"):
        agreements.import_suppressions(file(SUBSCRIBED), now=now)
    assert not Objection.objects.exists()


def test_klaviyo(file: File, now: datetime) -> None:
    """Only who is subscribed agreed; a suppression says why."""
    done = agreements.import_consents(file(KLAVIYO), text=TEXT, now=now, wanted=["content"])
    assert (done.preset, done.new, done.no_consent) == ("klaviyo", 1, 2)
    assert Consent.objects.get().purpose == "content"
    assert agreements.import_suppressions(file(KLAVIYO_SUPPRESSED), now=now).new == 2
    assert set(Objection.objects.filter(purpose="service").values_list("cause", flat=True)) == {"bounce"}


def test_a_bounce_in_a_list_is_nobodys_word(file: File, now: datetime) -> None:
    """Cleo is known under an address that the list gives up, and written to at another: nothing is written down as said
    by her, and she hears from us there."""
    cleo = person("Cleo", email="cleo@new.example", email_key="cleo@new.example")
    cleo.identities.create(kind="email", source="", key="cleo@shop.example")
    agreements.import_suppressions(file("email,reason\ncleo@shop.example,bounced\n"), now=now)
    assert not Consent.objects.exists() and not consent.unreachable([cleo.pk])
    Profile.objects.filter(pk=cleo.pk).update(email="cleo@shop.example", email_key="cleo@shop.example")
    assert consent.unreachable([cleo.pk]) == {cleo.pk}


def test_klaviyos_subscribed_to_whom_it_no_longer_writes(file: File, now: datetime) -> None:
    """An address keeps its SUBSCRIBED when Klaviyo has given it up: that is no consent to take over."""
    told = KLAVIYO.replace("Timestamp\n", "Timestamp,Email Suppressions\n").replace("+00:00\n", "+00:00,\n")
    told += "dora@shop.example,01L,Dora,SUBSCRIBED,2024-01-07T09:00:00+00:00,HARD_BOUNCE\n"
    done = agreements.import_consents(
        file(told.replace("NEVER_SUBSCRIBED,\n", "NEVER_SUBSCRIBED,,\n")), text=TEXT, now=now
    )
    assert (done.preset, done.new, done.no_consent) == ("klaviyo", 1, 3)
    assert not Profile.objects.filter(email_key="dora@shop.example").exists()


def test_a_plain_file_without_days(file: File, now: datetime) -> None:
    """An address a line is enough; a second run, a day later, with one more, adds that one."""
    agreements.import_consents(file("email\nana@shop.example\n"), text=TEXT, now=now)
    later = now.replace(day=now.day + 1)
    done = agreements.import_consents(
        file("email\nana@shop.example\nbea@shop.example\n"), text=TEXT, now=later
    )
    assert done.new == 1 and Consent.objects.count() == 4


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("email\nana@shop.example\nnot an address\n", "Line 3"),
        ("email,date\nana@shop.example,soon\n", "Line 2.*no day"),
        ("email,date\nana@shop.example,2999-01-01\n", "Line 2.*still to come"),
        ("name\nAna\n", "No column holds addresses"),
        ("email\n", "no addresses"),
    ],
)
def test_what_is_wrong_names_its_line_and_nothing_is_half_done(
    file: File, now: datetime, text: str, wrong: str
) -> None:
    """A good line before the bad one is not taken over either."""
    for take in (
        lambda: agreements.import_consents(file(text), text=TEXT, now=now),
        lambda: agreements.import_suppressions(file(text), now=now),
    ):
        with pytest.raises(BadInput, match=wrong):
            take()
    assert not Profile.objects.exists() and not Objection.objects.exists()


def test_a_suppression_outlives_everybody(file: File, now: datetime) -> None:
    """Zenobia left elsewhere, is erased here, and comes back in a file of people who agreed: she is not written to, and
    the table of objections holds no address."""
    zenobia = person("Zenobia")
    agreements.import_suppressions(file("email\nzenobia@shop.example\n"), now=now)
    forget.forget(zenobia, now=now)
    assert tables_with(["zenobia"]) == {"zenobia": []}
    later = now.replace(day=now.day + 1)
    agreements.import_consents(file("email,date\nzenobia@shop.example,2026-03-03\n"), text=TEXT, now=later)
    assert bases(later) == {"zenobia@shop.example": Basis.OPT_OUT}


def test_the_forgotten_do_not_come_back(file: File, now: datetime) -> None:
    """What a file tells of before she was erased makes no person of her again."""
    zenobia = person("Zenobia")
    forget.forget(zenobia, now=now)
    done = agreements.import_consents(
        file("email,date\nzenobia@shop.example,2024-03-03\n"), text=TEXT, now=now
    )
    assert (done.new, done.forgotten) == (0, 1) and not Profile.objects.exists()


def test_the_commands(shop: object, file: File, capsys: pytest.CaptureFixture[str]) -> None:
    """They say what they did; checked only, they do nothing; without the words nothing is taken over."""
    path = file(SUBSCRIBED)
    call_command("relacional_import_consents", str(path), "--text", TEXT, "--check")
    assert "Checked only" in capsys.readouterr().out and not Consent.objects.exists()
    call_command("relacional_import_consents", str(path), "--text", TEXT, "--purposes", "offers")
    assert "2 people newly agree" in capsys.readouterr().out
    call_command("relacional_import_suppressions", str(file(CLEANED)))
    assert "1 addresses newly suppressed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Say --text"):
        call_command("relacional_import_consents", str(path))

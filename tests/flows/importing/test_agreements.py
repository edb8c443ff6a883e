"""Consents and suppressions of another system: all of a file or nothing, twice adds none, and a hash outlives all."""

from datetime import UTC, datetime, timedelta
from functools import partial
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


SHOPIFY = """Customer ID,First Name,Email,Accepts Email Marketing,Total Orders
1,Ana,ana@shop.example,yes,3
2,Bea,bea@shop.example,no,1
3,Cleo,cleo@shop.example,,1
"""
LEMON = """identifier,email,status,status_formatted,unsubscribed_at,created_at
1,ana@shop.example,subscribed,Subscribed,,2024-01-05T09:00:00.000000Z
2,bea@shop.example,unsubscribed,Unsubscribed,2024-02-05T09:00:00.000000Z,2024-01-05T09:00:00.000000Z
3,cleo@shop.example,requires_verification,Requires verification,,2024-01-05T09:00:00.000000Z
4,dora@shop.example,bounced,Bounced,,2024-01-05T09:00:00.000000Z
"""
MAILCHIMP_WITH_STATUS = """Email Address,MEMBER_RATING,Status
ana@shop.example,4,Subscribed
bea@shop.example,2,Unsubscribed
cleo@shop.example,2,Transactional
"""
BIGCOMMERCE = """Email,Consents
ana@shop.example,"marketing_consent,abandoned_cart"
bea@shop.example,abandoned_cart
cleo@shop.example,
"""
LISTS = """email,list,status
ana@shop.example,News,subscribed
bea@shop.example,News,subscribed
bea@shop.example,Offers,unsubscribed
"""
FLAGGED = """Email;Unsubscribed;Unsubscribed_at
ana@shop.example;FALSE;0000-00-00 00:00:00
bea@shop.example;TRUE;2024-02-05 09:00:00
"""
DATED = """Email;Unsubscribed
ana@shop.example;0000-00-00 00:00:00
bea@shop.example;2024-02-05 09:00:00
"""
HOW = """email,status,double opt-in
ana@shop.example,subscribed,No
bea@shop.example,unsubscribed,Yes
"""
CRM = """email,status,unsubscribed
ana@shop.example,Customer,No
bea@shop.example,Customer,Yes
cem@shop.example,bounced,No
dan@shop.example,No,No
"""


@pytest.mark.parametrize(
    "text", [SHOPIFY, LEMON, MAILCHIMP_WITH_STATUS, BIGCOMMERCE, LISTS, FLAGGED, DATED, HOW]
)
def test_a_column_that_says_who_agreed_is_heard_whatever_it_is_called(
    file: File, now: datetime, text: str
) -> None:
    """Lists of other systems hold those who agreed beside those who did not, or left: only Ana agreed, and a no in one
    row outweighs a yes in another."""
    agreements.import_consents(file(text), text=TEXT, now=now, passed_over=_odd(text))
    assert bases(now) == {"ana@shop.example": Basis.STATED}


@pytest.mark.parametrize(
    "text",
    [LEMON, MAILCHIMP_WITH_STATUS, FLAGGED, DATED, HOW, CRM, "email,status\nana@shop.example,active\n"],
)
def test_whoever_goes_on_is_not_suppressed(file: File, now: datetime, text: str) -> None:
    """A whole list where only the ones who left were meant: Ana, who did not leave, is left out."""
    ana = person("Ana")
    done = agreements.import_suppressions(file(text), now=now, passed_over=_odd(text))
    assert done.no_suppression == 1 and not consent.has_left(ana.pk, now=now)


def _odd(text: str) -> list[str]:
    return ["status_formatted"] if "status_formatted" in text else []


@pytest.mark.parametrize(
    "column", ["Marketing Permissions", "Unsubscribe date", "GDPR", "Abonniert", "BLOCKED", "Lead Status"]
)
def test_a_column_that_may_say_who_agreed_is_never_passed_over_in_silence(
    file: File, now: datetime, column: str
) -> None:
    """We do not know it, so everybody in the file would count: it is named, with what to do, until the owner says that
    it tells nothing."""
    path = file(f"email,{column}\nana@shop.example,something\n")
    for take in (agreements.import_suppressions, partial(agreements.import_consents, text=TEXT)):
        with pytest.raises(BadInput, match="may say who agreed or left"):
            take(path, now=now)
        assert take(path, now=now, passed_over=[column]).rows == 1


def test_columns_that_tell_nothing_of_it_ask_nothing(file: File, now: datetime) -> None:
    """Nor does a column that only sounds like it."""
    text = "Email,OPTIN_IP,Opt-in time,SMS Marketing Consent,Order status,Unsubscribe campaign\nana@shop.example,,,,,\n"
    assert agreements.import_consents(file(text), text=TEXT, now=now).new == 1
    with pytest.raises(BadInput, match="no column 'VIP'"):
        agreements.import_consents(file(text), text=TEXT, now=now, passed_over=["VIP"])


def test_mailchimps_file_of_people_who_never_subscribed(file: File, now: datetime) -> None:
    """Its fourth file looks like the one of subscribed people, and has another name."""
    path = file(SUBSCRIBED, "nonsubscribed_email_audience_export_1a2b.csv")
    with pytest.raises(BadInput, match="never subscribed"):
        agreements.import_consents(path, text=TEXT, now=now)


@pytest.mark.parametrize(
    "cell",
    [
        "\u200bcleo@shop.example", "<cleo@shop.example>", "Cleo Elm <Cleo@shop.example>", "mailto:cleo@shop.example",
        "cleo@shop.example;", "'cleo@shop.example'", "\xa0cleo@shop.example\xa0",
    ],
)  # fmt: skip
def test_an_address_is_known_whatever_stands_around_it(file: File, now: datetime, cell: str) -> None:
    """What is copied out of a mail program brings along brackets and signs that cannot be seen: under the hash of those
    nobody would ever be found."""
    cleo = person("Cleo")
    agreements.import_suppressions(file(f'email\n"{cell}"\n'), now=now)
    assert consent.has_left(cleo.pk, now=now)


@pytest.mark.parametrize(
    ("told", "typed"),
    [
        ("cleo@münchen.example", "cleo@xn--mnchen-3ya.example"),
        ("cleo@xn--mnchen-3ya.example", "cleo@münchen.example"),
    ],
)
def test_an_international_domain_is_one_however_it_is_spelt(
    file: File, now: datetime, told: str, typed: str
) -> None:
    """People write letters, programs the xn-- form: a no under one holds under the other, erased or not."""
    cleo = person("Cleo", email=typed, email_key=typed)
    cleo.identities.update(key=typed)
    path = file(f"email\n{told}\n")
    assert agreements.import_suppressions(path, now=now).new == 1
    assert agreements.import_suppressions(path, now=now).new == 0
    assert consent.has_left(cleo.pk, now=now)
    forget.forget(cleo, now=now)
    earlier = file(f"email,date\n{told}\n{told},2024-03-03\n", "earlier.csv")
    assert agreements.import_consents(earlier, text=TEXT, now=now).new == 0
    later = agreements.import_consents(path, text=TEXT, now=now + timedelta(days=1))
    assert later.new == 1 and set(bases(now + timedelta(days=1)).values()) == {Basis.OPT_OUT}


def test_a_day_of_another_clock_is_today(file: File, now: datetime) -> None:
    """A list that was written an hour ago, east of here."""
    told = (now + timedelta(hours=9)).strftime("%Y-%m-%d %H:%M:%S")
    assert (
        agreements.import_consents(file(f"email,date\nana@shop.example,{told}\n"), text=TEXT, now=now).new
        == 1
    )
    assert set(Consent.objects.values_list("happened_at", flat=True)) == {now}


def test_day_and_month_are_never_guessed(file: File, now: datetime) -> None:
    """5 June or 6 May: of somebody who was erased between the two it decides whether they are back."""
    path = file("email,date\nana@shop.example,05/06/2024\n")
    with pytest.raises(BadInput, match="--date-order"):
        agreements.import_consents(path, text=TEXT, now=now)
    agreements.import_consents(path, text=TEXT, now=now, date_order="mdy")
    assert {one.date().isoformat() for one in Consent.objects.values_list("happened_at", flat=True)} <= {
        "2024-05-05", "2024-05-06",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("email,email\nana@shop.example,bea@shop.example\n", "Two columns are called"),
        ("email\nana@shop.example; bea@shop.example\n", "Line 2.*more than one"),
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

"""What is handed to the demo's mail server by SMTP can be read in its mailbox, byte for byte."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client, override_settings

from saleor_relacional.demo.mailbox import smtp, web
from saleor_relacional.demo.mailbox.mailbox import Mailbox

CODE = "407291836650"
urlpatterns = web.urlpatterns


def letter(
    to: str, *, subject: str = "We miss you", text: str = f"Take this:\n\n    {CODE}\n"
) -> EmailMessage:
    """A mail with both parts and a way out."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Shop <hello@shop.example>", to, subject
    mail["Date"] = "Mon, 02 Mar 2026 12:00:00 +0000"
    mail["List-Unsubscribe"] = "<http://127.0.0.1:8000/leave/abc/>"
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p><script>alert(1)</script>", subtype="html")
    return mail


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    """An empty mailbox."""
    return Mailbox(tmp_path / "mails")


def test_what_ana_is_sent_by_smtp_is_in_the_mailbox_with_its_code_and_its_way_out(mailbox: Mailbox) -> None:
    """Over a real connection; two mails keep their order, and nobody else's mail appears."""
    with smtp.listening(mailbox) as (host, port), smtplib.SMTP(host, port) as server:
        server.send_message(letter("ana@customers.example"))
        server.send_message(letter("berta@customers.example", text="Just a word."))
    assert [mail.recipient for mail in mailbox.since(0)] == [
        "ana@customers.example",
        "berta@customers.example",
    ]
    ana, berta = mailbox.since(0)
    assert (ana.code, berta.code) == (CODE, "")
    assert ana.way_out == "http://127.0.0.1:8000/leave/abc/"
    assert [mail.number for mail in mailbox.since(1)] == [berta.number]
    assert mailbox.read(3) is None


def test_the_server_is_gone_when_the_demo_is_over(mailbox: Mailbox) -> None:
    """Nothing listens any more on its port."""
    with smtp.listening(mailbox) as (host, port):
        pass
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(host, port)


def test_a_mail_is_kept_byte_for_byte(mailbox: Mailbox) -> None:
    """An accent, a line that begins with a dot, and the file on disk."""
    raw = letter("eva@customers.example", subject="Olá", text=".a line of its own\ncafé\n").as_bytes()
    number = mailbox.keep("eva@customers.example", raw)
    assert (mailbox.folder / "000001.eml").read_bytes() == raw
    mail = mailbox.read(number)
    assert mail is not None
    assert (mail.subject, mail.text) == ("Olá", ".a line of its own\ncafé\n")


@override_settings(ROOT_URLCONF=__name__)
def test_the_pages_show_it_and_let_nothing_in_it_run(mailbox: Mailbox) -> None:
    """List, mail, its looks and its bytes; a mail's script may not run, a page changes nothing on GET or POST."""
    mailbox.keep("ana@customers.example", letter("ana@customers.example", subject="<b>Hi</b>").as_bytes())
    with override_settings(MAILBOX=mailbox):
        client = Client()
        inbox = client.get("/mailbox/")
        assert b"&lt;b&gt;Hi&lt;/b&gt;" in inbox.content and b"<b>Hi" not in inbox.content
        page = client.get("/mailbox/1/")
        assert CODE.encode() in page.content and b"<script>" not in page.content
        look = client.get("/mailbox/1/look")
        assert look["Content-Security-Policy"] == web.AS_A_MAIL_PROGRAM
        assert (
            "script-src" not in look["Content-Security-Policy"]
            and "default-src 'none'" in look["Content-Security-Policy"]
        )
        assert client.get("/mailbox/1/raw").content == mailbox.read(1).raw  # type: ignore[union-attr]
        assert client.get("/mailbox/2/").status_code == 404
        assert client.post("/mailbox/").status_code == 405
    assert client.get("/mailbox/").status_code == 404


def test_the_newest_mail_comes_first_page_by_page(mailbox: Mailbox) -> None:
    """Five mails, two a page."""
    for name in "abcde":
        mailbox.keep(f"{name}@customers.example", letter(f"{name}@customers.example").as_bytes())
    pages = [[mail.recipient[0] for mail in mailbox.page(number, 2)] for number in (1, 2, 3, 4)]
    assert pages == [["e", "d"], ["c", "b"], ["a"], []]

"""The mailbox on the web: mails as they were sent. For the demo, on this machine; there is no login."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleor_relacional.demo.mailbox.mailbox import Mail, Mailbox

PAGE = 50
# A mail may show pictures from anywhere and styles of its own, and run nothing.
AS_A_MAIL_PROGRAM = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; sandbox allow-popups"
OURS = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:"


def _mailbox() -> Mailbox:
    mailbox = getattr(settings, "MAILBOX", None)
    if not isinstance(mailbox, Mailbox):
        raise Http404("No mailbox is open.")
    return mailbox


def _mail(number: int) -> Mail:
    mail = _mailbox().read(number)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, template, context)
    response["Content-Security-Policy"] = OURS
    return response


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """All mails, the newest first."""
    mailbox = _mailbox()
    asked = request.GET.get("page", "")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    context = {
        "mails": mailbox.page(number, PAGE),
        "count": len(mailbox),
        "newer": number - 1,
        "older": number + 1 if number * PAGE < len(mailbox) else 0,
    }
    return _page(request, "relacional_demo/mailbox.html", context)


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One mail: its headers, how it looks, its text part."""
    mail = _mail(number)
    headers = [(name, str(value)) for name, value in mail.message.items()]
    return _page(request, "relacional_demo/mail.html", {"mail": mail, "headers": headers})


@require_safe
def look(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part alone, as a mail program shows it."""
    return HttpResponse(_mail(number).html, headers={"Content-Security-Policy": AS_A_MAIL_PROGRAM})


@require_safe
def raw(request: HttpRequest, number: int) -> HttpResponse:
    """Byte for byte."""
    return HttpResponse(_mail(number).raw, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("mailbox/", inbox, name="mailbox"),
    path("mailbox/<int:number>/", one, name="mail"),
    path("mailbox/<int:number>/look", look, name="mail-look"),
    path("mailbox/<int:number>/raw", raw, name="mail-raw"),
]

"""What messages may be about: customers say which of it they do not want to hear."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.fields import CONFLICT
from saleor_relacional.db import sql
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.preferences import topics
from saleor_relacional.hosts.base import Caller

LANGUAGES = ("en", "es")


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """All of them, and a form for another."""
    return _page(caller)


@desk.change
def declare(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """One more, or other names of one."""
    typed = request.POST.dict()
    names = {tag: typed.get(tag, "").strip() for tag in LANGUAGES}
    try:
        with sql.atomic():
            topics.declare(
                typed.get("key", "").strip(), {tag: name for tag, name in names.items() if name},
                now=conf.host().now(), seen=typed.get("seen", "").split(","),
            )  # fmt: skip
    except RelacionalError as error:
        return _page(caller, refused=error, typed=typed)
    return _page(caller, saved=_("Customers can choose about it on their page."))


@desk.change
def remove(request: HttpRequest, key: str, *, caller: Caller) -> HttpResponse:
    """One less."""
    with sql.atomic():
        gone = topics.remove(key)
    if not gone:
        raise Http404
    return _page(caller, saved=_("Nobody chooses about it any more."))


def _page(
    caller: Caller, *, refused: RelacionalError | None = None, typed: dict[str, str] | None = None, saved: str = ""
) -> HttpResponse:  # fmt: skip
    declared = topics.declared()
    values = {
        "rows": [{"key": one.key, "names": [one.names.get(tag, "–") for tag in LANGUAGES]} for one in declared],
        "seen": ",".join(topics.version(one) for one in declared),
        "typed": typed or {}, "saved": saved, "at": refused.field if refused else "",
        "wrong": refused.message if refused else "",
    }  # fmt: skip
    status = 200 if refused is None else 409 if refused.code == CONFLICT else 422
    return desk.show("policy/topics.html", values, caller=caller, section="policy", status=status)

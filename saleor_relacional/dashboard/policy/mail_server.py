"""Mails that have stopped start again."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.policy import view
from saleor_relacional.db import sql
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.sending.mail_server import restarting
from saleor_relacional.hosts.base import Caller


@desk.change
def restart(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Go on, if the mail server takes a test mail to the shop's own address."""
    with_test = request.POST.get("test") != "no"
    try:
        with sql.atomic():
            restarting.restart(conf.host().now(), with_test=with_test)
    except RelacionalError as error:
        return view.index(caller, refused=error)
    return view.index(caller, saved=_("Mails leave again."))

"""Home: what an owner reads first."""

from django.http import HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.base import Caller


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What is missing before a mail can leave, and where to go on."""
    missing = doctor.findings(conf.host().now())
    values = {"missing": missing, "must": sum(finding.fatal for finding in missing)}
    return desk.show("home/home.html", values, caller=caller, section="home")

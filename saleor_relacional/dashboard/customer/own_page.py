"""What a customer sees on their own page, for staff: read when somebody unfolds it, since it is about as much work as
the rest of the customer's page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import ledger
from saleor_relacional.hosts.base import Caller


@desk.page
def part(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Their ledger."""
    profile = links.profile_of(person)
    if profile is None:
        raise Http404
    return answer("customer/own_page.html", {"ledger": ledger.of(profile, conf.host().now())})

"""What happened with one customer, page by page: the latest on their page, the rest behind \"Earlier\"."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.customer import said
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import timeline
from saleor_relacional.hosts.base import Caller


@desk.page
def part(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """That section of the page alone, of what `before` asks for: a name of what happened, which says nothing of it."""
    profile = links.profile_of(person)
    if profile is None:
        raise Http404
    values = read(profile.pk, request.GET.get("before", ""), conf.host().now())
    return answer("customer/happened.html", {**values, "person": profile, "turned": True})


def read(profile_id: int, before: str, now: datetime) -> dict[str, Any]:
    """What the section shows."""
    page = timeline.page(profile_id, now, language=get_language() or "en", after=before)
    return {
        "happened": [(one, said.title(one), said.detail(one)) for one in page.rows],
        "earlier": page.place,
        "before": before,
        "turned": bool(before),
    }

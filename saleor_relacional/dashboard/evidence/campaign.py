"""What one campaign brought: its sentence, the outcomes over time, harm, cost, and credit apart."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, words
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.evidence import measures
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.owner import curve
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.evidence import harm_words, power_words, results
from saleor_relacional.hosts.base import Caller


@desk.page
def content(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """As of now; its days gone by, and when one will know where that is not yet, are asked for after it."""
    now, found = conf.host().now(), known(campaign)
    told = results.results(found, now)
    main = told.main
    values = {
        "campaign": found, "kind": kind_of(found.kind), "state": words.state(found.state), "results": told,
        "because": harm_words.because(found.paused_for),
        "measures": measures.measures(main) if main else (),
        "beside": measures.measures(main, measures.BESIDE) if main else (),
        "harm": measures.measures(main, measures.HARM) if main else (),
        "unpriced": main is not None and main.margin is None and main.treated.people + main.control.people > 0,
        "erased": measures.erased(main) if main else None,
        "running": main.running_treated.people + main.running_control.people if main else 0,
        "open": main is None or main.came_back.lift.low is None,
    }  # fmt: skip
    return desk.show("evidence/campaign.html", values, caller=caller, section="evidence")


@desk.page
def knowing(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """When one will know: after the page, because it asks how people came back in the whole past of the shop."""
    foreseen = foretold.foretold(campaigns.current(known(campaign)), conf.host().now())
    return answer("evidence/knowing.html", {"knowing": power_words.foretold(foreseen)})


@desk.page
def curves(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The outcomes over time."""
    now, found = conf.host().now(), known(campaign)
    together = results.compared(found, now)
    looks = curve.of_campaign(found, together[0], now) if together else []
    return answer("evidence/curves.html", {"measures": measures.curves(looks)})

"""What starting somebody would give and hold, by their segments and what is believed now, whatever their arm."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from saleor_relacional.flows.campaigns.deciding import ladder
from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.models import CampaignVersion, Rung


def offered(version: CampaignVersion, people: Sequence[int], now: datetime) -> Mapping[int, Rung | None]:
    """Person → what the first message would give them (None: just a word), where it is asked what that holds; nobody
    where no money is limited, or the rung is learnt."""
    asked = month_money.limited(version, now) and not version.learning
    return ladder.offered(selling.first_step(version), people, now) if asked else {}


def held(version: CampaignVersion, enrolments: Sequence[int], now: datetime) -> dict[int, Held]:
    """Enrolment → what starting them holds."""
    first, rows = holds.first(version, now), holds.believed(enrolments)
    gets = offered(version, [person for _, person, _, _ in rows], now)
    return {key: first.held(gets.get(person), value, currency) for key, person, value, currency in rows}

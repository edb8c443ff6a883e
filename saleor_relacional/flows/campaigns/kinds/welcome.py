"""Welcome: what the shop is, to somebody who has opened an account, wants to hear from us and has not bought yet.

Once per person. The account must be confirmed: an address that anybody typed is not written to. Who opened theirs long
ago is not welcomed any more; an order ends it.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.models import Stage
from saleor_relacional.rules import consent_basis

WELCOMED_WITHIN = 30
"""Days after the account was opened, in which they may still confirm it, opt in, and wait for their turn."""

_ACCOUNT = f"FROM {tables.PROFILE} account WHERE account.id = s.profile_id"
_JOINED = f"(SELECT account.joined_at {_ACCOUNT})"
_AGREED = consent_basis.may_write(
    profile="s.profile_id", buyer="false", soft="false", now="%(now)s", purpose=consent_basis.CONTENT
)

KIND = CampaignKind(
    name="welcome",
    goal=Goal.ACQUIRE,
    title=_("Welcome"),
    aim=_("Who opens an account knows what we are, and whom to ask."),
    hypothesis=_("A welcome makes a first order likelier."),
    believes=False,
    message_lasts=timedelta(days=3),
    steps=(Step(message="welcome", wait_days=1),),
    stages=(Stage.PROSPECT.value,),
    control_share=Decimal("0.2"),
    prior_lift=0.05,
    window_days=30,
    # Nobody was a prospect before they opened an account, and stages have an index with their moment.
    open=f"""s.stage = ANY(%(stages)s) AND s.since > %(now)s - interval '{WELCOMED_WITHIN + 1} days'
        AND EXISTS (SELECT {_ACCOUNT} AND account.vouched AND account.joined_at <= %(now)s
                    AND account.joined_at > %(now)s - interval '{WELCOMED_WITHIN} days')""",
    opens=_AGREED,
    cycle="'welcome'",
    begun_at="'-infinity'::timestamptz",
    waits_from=_JOINED,
    opened_at=_JOINED,
    comes=f"""EXISTS (SELECT {_ACCOUNT} AND account.vouched
                    AND account.joined_at > %(since)s AND account.joined_at <= %(now)s)
        AND NOT EXISTS ({fragments.BOUGHT} AND u.placed_at < {_JOINED} + interval '1 day') AND {_AGREED}""",
    ended=f"EXISTS ({fragments.BOUGHT})",
    ended_reason="purchased",
    over_at=f"""least(s.since + interval '{WELCOMED_WITHIN + 1} days',
        {_JOINED} + interval '{WELCOMED_WITHIN} days')""",
    occasion={"joined": _JOINED},
)

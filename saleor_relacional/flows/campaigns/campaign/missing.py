"""What a campaign still lacks before it can be switched on: all of it, each with its cure. Activating asks the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.emails import message
from saleor_relacional.errors import Refused
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.flows.campaigns.campaign import limits, lint
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.evidence import harm_words
from saleor_relacional.flows.incentives import codes
from saleor_relacional.flows.messages import fault_words, remark_words
from saleor_relacional.models import CampaignState, CampaignVersion, RungKind

GOODS = (RungKind.GIFT, RungKind.EARLY_ACCESS)
"""Rungs that give something of the shop's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that activating refuses."""

    code: str
    message: str
    """Says what to do."""
    field: str | None = None
    """Of the terms, or of the call, where it can be mended; None: elsewhere in the shop."""

    @property
    def refusal(self) -> Refused:
        return Refused(self.message, code=self.code, field=self.field)


def missing(version: CampaignVersion, now: datetime, *, confirmed: bool = False) -> list[Missing]:
    """All that keeps the campaign of this version from being activated here; empty: nothing. `confirmed`: that it was
    activated at another address, or paused itself, is known. Of a finished one nothing but that it is finished."""
    if version.campaign.state == CampaignState.FINISHED:
        return [finished()]
    return [
        *_of_senders(version),
        *_of_its_terms(version, now),
        *_of_its_ladders(version),
        *_of_its_words(version),
        *_of_the_shop(version, confirmed),
        *_of_its_results(version, confirmed),
    ]


def finished() -> Missing:
    """There is no way back."""
    return Missing(
        code="FINISHED",
        message=_("This campaign is finished and stays so: make a new one with the same terms."),
    )


def _of_its_results(version: CampaignVersion, confirmed: bool) -> Iterator[Missing]:
    if version.campaign.paused_for and not confirmed:
        yield Missing(
            code="HARMS", field="confirm",
            message=_("This campaign has paused itself: %(because)s Confirm to go on all the same.")
            % {"because": harm_words.because(version.campaign.paused_for)},
        )  # fmt: skip


def _of_senders(version: CampaignVersion) -> Iterator[Missing]:
    senders = policy.senders()
    own = {slug: one for slug, one in senders.items() if slug in (version.channels or senders)}
    if not own:
        yield Missing(code="NO_SENDER", message=_("Name a sender for at least one of its channels first."))
    elif not any(one.postal_address.strip() for one in own.values()):
        yield Missing(
            code="NO_POSTAL_ADDRESS",
            message=_("Name a sender with a postal address for at least one of its channels first."),
        )
    if kind_of(version.campaign.kind).checkout and not any(map(conf.host().storefront_url, own)):
        yield Missing(
            code="NO_STOREFRONT",
            message=_("Say first where your storefront is: these mails lead back to it."),
        )


def _of_its_terms(version: CampaignVersion, now: datetime) -> Iterator[Missing]:
    if kind_of(version.campaign.kind).for_audience and version.segment is None:
        yield Missing(code="NO_SEGMENT", field="segment", message=_("Say first for which segment it is."))
    if policy.current(now).daily_capacity is None:
        yield Missing(code="CAPACITY_UNDECIDED", message=_("Decide first how many mails may leave per day."))
    if not version.daily_capacity:
        yield Missing(
            code="NO_CAPACITY", field="dailyCapacity",
            message=_("This campaign may send 0 mails per day: give it a number first."),
        )  # fmt: skip
    if limits.first_day(version, capacity.day_began(now).date()) is None:
        yield Missing(
            code="OVER", field="endsOn", message=_("The campaign's days are over: give it a later last day.")
        )


def _of_its_ladders(version: CampaignVersion) -> Iterator[Missing]:
    """Rungs that could be given when they were said, and cannot be now."""
    for step in version.steps.order_by("number"):
        for rung in step.rungs.order_by("number"):
            if rung.kind in GOODS and not codes.available(rung):
                yield Missing(
                    code="RUNG_UNAVAILABLE", field=f"steps[{step.number - 1}].rungs[{rung.number - 1}]",
                    message=_("Everybody sees its collection by now: name another one, or change the rung.")
                    if codes.shown(rung)
                    else _("What this rung gives cannot be bought now: put it into stock, or change the rung."),
                )  # fmt: skip


def _of_its_words(version: CampaignVersion) -> Iterator[Missing]:
    """What deceives, breaks a promise, or cannot be written any more."""
    for one in lint.of_version(version):
        if one.grave:
            said = fault_words.said(one.fault) if one.fault else remark_words.said(one.remark)
            yield Missing(
                code="WORDS", field=f"steps[{one.step - 1}].message",
                message=_("%(message)s in %(language)s: %(said)s")
                % {"message": one.message, "language": one.language, "said": said},
            )  # fmt: skip


def _of_the_shop(version: CampaignVersion, confirmed: bool) -> Iterator[Missing]:
    if not conf.mail_server():
        yield Missing(
            code="NO_MAIL_SERVER", message=_("Configure a mail server first (Django's EMAIL settings).")
        )
    url, before = conf.host().public_url(), version.campaign.activated_url
    if not url:
        yield Missing(
            code="NO_PUBLIC_URL", message=_("Set PUBLIC_URL first: mails need a link to unsubscribe.")
        )
    elif not message.secure(url):
        yield Missing(
            code="INSECURE_PUBLIC_URL",
            message=_("Set PUBLIC_URL to an https:// address first: mail programs follow no other link."),
        )
    if url and before and before != url and not confirmed:
        yield Missing(
            code="ELSEWHERE", field="confirm",
            message=_(
                "This campaign was activated at another address. If this is a copy of the shop, leave it"
                " alone; if the shop has moved here, confirm."
            ),
        )  # fmt: skip

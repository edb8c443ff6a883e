"""Who would get what, why, when and at what cost. Writes nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.plan import Proposal
from saleor_relacional.models import Campaign


class Command(BaseCommand):
    help = "Print what a campaign would do now: the counts, and the people at the head of the queue. Writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", help="public id; without one every campaign is tried")
        parser.add_argument("--first", type=int, default=20, help="how many people to list (default 20)")

    def handle(self, *args: Any, **options: Any) -> None:
        for campaign in _wanted(options["campaign"]):
            self._tell(campaign, options["first"])

    def _tell(self, campaign: Campaign, first: int) -> None:
        found = plan.dry_run(campaign, conf.host().now(), first=first)
        self.stdout.write(f"{campaign.name} ({campaign.public_id})")
        if found.hindrance:
            self.stdout.write(
                _("Nothing would leave at the moment: %(code)s") % {"code": found.hindrance.value}
            )
        if summary := found.summary:
            self.stdout.write(
                _(
                    "%(considered)s considered: today %(treated)s get it, %(control)s are the control group,"
                    " %(waiting)s wait, %(suppressed)s may not be written to"
                )
                % {
                    "considered": summary.considered, "treated": summary.treated, "control": summary.control,
                    "waiting": summary.waiting, "suppressed": sum(summary.suppressed.values()),
                }
            )  # fmt: skip
            for reason, count in sorted(summary.suppressed.items()):
                self.stdout.write(f"  {reason}: {count}")
            for currency, cost in summary.cost.items():
                self.stdout.write(
                    _("Discounts of today cost at most %(cost)s %(currency)s")
                    % {"cost": cost, "currency": currency}
                )
        for proposal in found.proposals:
            self.stdout.write(_line(proposal))


def _line(who: Proposal) -> str:
    """One person: no name, no address."""
    overdue = "" if who.overdue is None else f"{who.overdue:.0%}"
    return (
        f"  {who.public_id}  {who.stage:9} {who.last_day}  {overdue:>4}  {who.order_value:>9} {who.currency:3}"
        f"  {who.arm:8}  {who.on or '-'}  {who.cost:>8}  {who.reason}"
    )


def _wanted(public_id: str | None) -> list[Campaign]:
    every = Campaign.objects.order_by("pk")
    try:
        found = list(every.filter(public_id=public_id) if public_id else every)
    except ValidationError as error:
        raise CommandError("--campaign takes the public id of a campaign.") from error
    if not found:
        raise CommandError("There is no such campaign." if public_id else "There is no campaign yet.")
    return found

"""Everything that an installation in Saleor can lack, each with its cure. relacional_doctor and the field
`relationshipHealth` show it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import KombuError
from saleor.account.models import Group
from saleor.permission.models import Permission

from saleor_relacional import tasks
from saleor_relacional.hosts.base import Requirement
from saleor_relacional.hosts.saleor import completion, configuration, dashboard, ready

PERMISSION = "manage_relationships"
PATIENCE = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0}


def found() -> Sequence[Requirement]:
    """All unmet requirements, so that one run of relacional_doctor names everything that is to do."""
    return [*_settings(), *_place(), *_worker(), *_beat(), *_permission(), *_dashboard(), *_seam(), *_money()]


def _settings() -> Iterator[Requirement]:
    if not settings.PUBLIC_URL:
        yield Requirement(
            code="public_url",
            problem=_("PUBLIC_URL is not set: links in mails and pages in the dashboard cannot be made."),
            cure=_("Set PUBLIC_URL to the address under which this Saleor is reachable, and restart."),
        )
    if not settings.EMAIL_BACKEND:
        yield Requirement(
            code="email_url",
            problem=_("EMAIL_URL is not set: no mail can leave."),
            cure=_(
                "Set EMAIL_URL, for example smtp://user:password@mail.example:587/?tls=True, and restart."
            ),
        )
    if not configuration.read().storefront_url:
        yield Requirement(
            code="storefront_url",
            problem=_("Mails do not know where the storefront is."),
            cure=_(
                "Name it on the page Setting up, or fill in 'Storefront URL' of the plugin Relationships in the"
                " dashboard."
            ),
        )
    if not configuration.read().dashboard_url:
        yield Requirement(
            code="dashboard_url",
            problem=_("No address may show our pages in a frame, so the dashboard cannot."),
            cure=_(
                "Fill in 'Dashboard URL' of the plugin Relationships in the dashboard, or set Saleor's DASHBOARD_URL."
            ),
            fatal=False,
        )


def _place() -> Iterator[Requirement]:
    if not configuration.read().time_zone_said:
        yield Requirement(
            code="time_zone",
            problem=_("Nobody has said in which time zone the shop is: days are counted in UTC."),
            cure=_(
                "Name it on the page Setting up, or fill in 'Time zone of the shop' of the plugin Relationships."
            ),
            fatal=False,
        )


def _worker() -> Iterator[Requirement]:
    try:
        with current_app.connection_for_write(connect_timeout=1.0, transport_options=PATIENCE) as connection:
            answered = current_app.control.ping(timeout=1.0, connection=connection)
    except (OSError, KombuError):
        yield Requirement(
            code="broker",
            problem=_("The Celery broker does not answer."),
            cure=_("Start it, or correct CELERY_BROKER_URL."),
        )
        return
    if not answered:
        yield Requirement(
            code="worker",
            problem=_("No Celery worker answers: nothing is recorded, scored or sent."),
            cure=_("Start one: celery --app saleor.celeryconf:app worker"),
        )


def _beat() -> Iterator[Requirement]:
    entries = {entry.name: entry for entry in PeriodicTask.objects.filter(name__startswith="relacional-")}
    periods = {ready.beat_name(name): seconds for name, seconds in tasks.BEAT}
    late = [name for name, seconds in periods.items() if not _runs(entries.get(name), seconds)]
    if late:
        yield Requirement(
            code="beat",
            problem=_("Celery beat does not run %(entries)s.") % {"entries": ", ".join(sorted(late))},
            cure=_(
                "(Re)start it after installing: celery --app saleor.celeryconf:app beat"
                " --scheduler saleor.schedulers.schedulers.DatabaseScheduler"
            ),
        )


def _runs(entry: PeriodicTask | None, seconds: float) -> bool:
    if entry is None or not entry.enabled:
        return False
    # A row is written at beat's start; until its first turn it counts from then.
    seen = entry.last_run_at or entry.date_changed
    return timezone.now() - seen < timedelta(seconds=2 * seconds + 300)


def _permission() -> Iterator[Requirement]:
    row = Permission.objects.filter(codename=PERMISSION).first()
    if row is None:
        yield Requirement(
            code="permission",
            problem=_("The permission MANAGE_RELATIONSHIPS does not exist."),
            cure=_("Run manage.py migrate."),
        )
    elif not Group.objects.filter(permissions=row).exists():
        yield Requirement(
            code="permission_unused",
            problem=_(
                "No permission group holds MANAGE_RELATIONSHIPS: only superusers can activate a campaign."
            ),
            cure=_("Give it to a group in the dashboard, under Configuration, Permission groups."),
            fatal=False,
        )


def _dashboard() -> Iterator[Requirement]:
    state = dashboard.state()
    if state == "never made":
        yield Requirement(
            code="app",
            problem=_("Our pages are not in the dashboard yet."),
            cure=_("Wait for the first beat, or run manage.py relacional_install."),
        )
    elif state != "there":
        yield Requirement(
            code=f"app_{state}",
            problem=_(
                "Our pages are not in the dashboard: the app Relationships was removed or switched off there."
            ),
            cure=_("Nothing, if that was the intention; else switch it on again under Extensions."),
            fatal=False,
        )


def _seam() -> Iterator[Requirement]:
    for problem in ready.missing():
        yield Requirement(
            code="graphql",
            problem=_("Our GraphQL fields are not in Saleor's schema: %(why)s.") % {"why": problem},
            cure=_("Use a version of saleor-relacional made for this Saleor."),
        )


def _money() -> Iterator[Requirement]:
    for held in completion.refused_with_money():
        told = {"checkout": held.checkout, "amount": held.amount, "currency": held.currency}
        yield Requirement(
            code="refused_with_money",
            problem=_("The checkout %(checkout)s was refused a code and holds %(amount)s %(currency)s.")
            % told,
            cure=_("Refund its transaction if the buyer does not come back."),
            fatal=False,
        )

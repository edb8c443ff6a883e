"""Our pages in the Saleor Dashboard: one app with extensions, made by ORM, each once and for good.

What the admin removed or switched off is never revived: `Installation.installed_by_us` remembers what was made.
"""

from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote

from django.db import transaction
from graphene import Node
from saleor.app.models import App, AppExtension
from saleor.app.types import AppType
from saleor.permission.models import Permission

from saleor_relacional import conf
from saleor_relacional.db import locks
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.people.tombstones import installation
from saleor_relacional.hosts.saleor.callers import APP_IDENTIFIER
from saleor_relacional.models import Installation

DESK = "/dashboard"
"""What the dashboard opens of our app, below our public URL; the addresses of its pages go on from there."""
APP_PERMISSIONS = ("manage_users", "manage_relationships")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One place in the dashboard that shows a page of ours."""

    identifier: str
    label: str
    mount: str
    target: str
    path: str
    """Below our public URL; widgets need it absolute, pages relative to the app's URL."""
    permissions: tuple[str, ...] = ("manage_users",)
    """The extension's token is empty unless the user holds all of these: what looking needs, no more."""


EXTENSIONS = (
    Extension(
        identifier="customer-card",
        label="Relationship",
        mount="customer_details_widgets",
        target="widget",
        path="/dashboard/card",
    ),
    Extension(
        identifier="relationships",
        label="Relationships",
        mount="navigation_customers",
        target="app_page",
        path="/dashboard/home",
    ),
    Extension(
        identifier="slipping",
        label="Slipping customers",
        mount="navigation_customers",
        target="app_page",
        path="/dashboard/slipping",
    ),
    Extension(
        identifier="campaigns",
        label="Relationship campaigns",
        mount="navigation_discounts",
        target="app_page",
        path="/dashboard/campaigns",
    ),
    Extension(
        identifier="week",
        label="Relationships this week",
        mount="homepage_widgets",
        target="widget",
        path="/dashboard/week",
    ),
    Extension(
        identifier="voucher",
        label="Whose codes these are",
        mount="voucher_details_widgets",
        target="widget",
        path="/dashboard/voucher",
    ),
    Extension(
        identifier="chosen",
        label="Label, note or exclude",
        mount="customer_overview_more_actions",
        target="popup",
        path="/dashboard/chosen",
    ),
)
SETTINGS = {
    "homepage_widgets": {"homeWidgetTarget": {"method": "GET"}},
    "customer_details_widgets": {"widgetTarget": {"method": "GET"}},
    "voucher_details_widgets": {"widgetTarget": {"method": "GET"}},
}
"""Mount → how the dashboard asks for a frame there: by POST, unless it is told otherwise."""


def settle_in() -> None:
    """Make what is missing and was never made, and follow a changed PUBLIC_URL. Does nothing without one."""
    if not conf.host().public_url():
        return
    with transaction.atomic(using=conf.HOST_DATABASE):
        locks.lock(Lock.DASHBOARD, using=conf.HOST_DATABASE)
        made = installation()
        app = _app(made)
        if app is not None:
            for extension in EXTENSIONS:
                _extension(made, app, extension)
    # After Saleor's own commit: remembered but not made, it would never be made.
    made.save(using=conf.database(), update_fields=["installed_by_us"])


def _app(made: Installation) -> App | None:
    app = App.objects.filter(identifier=APP_IDENTIFIER, removed_at__isnull=True).first()
    base = f"{conf.host().public_url()}{DESK}"
    if app is None and not made.installed_by_us.get("app"):
        app = App.objects.create(
            identifier=APP_IDENTIFIER,
            name="Relationships",
            # Saleor's dashboard renders no frame for a local app.
            type=AppType.THIRDPARTY,
            app_url=base,
            version=version("saleor-relacional"),
            about_app="Who is drifting away, what we plan to do about it, and what it earned.",
        )
        app.permissions.set(Permission.objects.filter(codename__in=APP_PERMISSIONS))
    elif app is not None and app.app_url != base:
        App.objects.filter(pk=app.pk).update(app_url=base)
    if app is not None:
        made.installed_by_us["app"] = True
    return app


def _extension(made: Installation, app: App, extension: Extension) -> None:
    known = made.installed_by_us.setdefault("extensions", [])
    inside = extension.path.removeprefix(DESK)
    url = inside if extension.target == "app_page" else f"{conf.host().public_url()}{extension.path}"
    there = AppExtension.objects.filter(app=app, identifier=extension.identifier)
    if (
        extension.identifier in known or there.exists()
    ):  # there but not known: who made it could not remember it
        there.exclude(url=url).update(url=url)
        known.extend({extension.identifier}.difference(known))
        return
    row = AppExtension.objects.create(
        app=app,
        identifier=extension.identifier,
        label=extension.label,
        mount=extension.mount,
        target=extension.target,
        url=url,
        http_target_method="GET" if extension.target == "widget" else None,
        settings=SETTINGS.get(extension.mount, {}),
    )
    row.permissions.set(Permission.objects.filter(codename__in=extension.permissions))
    known.append(extension.identifier)


def state() -> str:
    """ "there", "removed" (by the admin), "off" or "never made"."""
    app = App.objects.filter(identifier=APP_IDENTIFIER, removed_at__isnull=True).first()
    if app is not None:
        return "there" if app.is_active else "off"
    return "removed" if installation().installed_by_us.get("app") else "never made"


def desk_address() -> str:
    """See Host.desk_address."""
    app = App.objects.filter(identifier=APP_IDENTIFIER, removed_at__isnull=True, is_active=True).first()
    return f"/extensions/app/{quote(str(Node.to_global_id('App', app.pk)), safe='')}" if app else ""


def move_out() -> None:
    """Delete the app with its extensions. For uninstalling."""
    App.objects.filter(identifier=APP_IDENTIFIER).delete()

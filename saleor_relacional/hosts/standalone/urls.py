"""Pages and API of the standalone shop."""

from django.contrib.staticfiles.views import serve
from django.urls import URLPattern, URLResolver, include, path

from saleor_relacional.hosts.standalone import dashboard_page, pages
from saleor_relacional.hosts.standalone.graphql import view

urlpatterns: list[URLPattern | URLResolver] = [
    path("graphql/", view.endpoint, name="shop-graphql"),
    path("confirm/", pages.confirm, name="shop-confirm"),
    path("dashboard/", dashboard_page.dashboard, name="shop-dashboard"),
    # A shop for trying things out has no web server in front that would serve them.
    path("static/<path:path>", serve, {"insecure": True}),
    path("", include("saleor_relacional.urls")),
]

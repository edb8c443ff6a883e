"""Addresses of the list, below customers/."""

from django.urls import include, path

from saleor_relacional.dashboard.customers import export, view

urlpatterns = [
    path("", view.content, name="dashboard-customers"),
    path("search/", view.search, name="dashboard-customers-search"),
    path("more/", view.more, name="dashboard-customers-more"),
    path("count/", view.count, name="dashboard-customers-count"),
    path("export/", export.content, name="dashboard-customers-export"),
    path("<uuid:person>/", include("saleor_relacional.dashboard.customer.urls")),
]

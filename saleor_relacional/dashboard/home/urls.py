"""Addresses of Home, below home/."""

from django.urls import path

from saleor_relacional.dashboard.home import view

urlpatterns = [
    path("", view.content, name="dashboard-home"),
    path("total/<slug:stage>/", view.totals, name="dashboard-home-total"),
    path("missing/<str:code>/", view.save, name="dashboard-home-save"),
    path("leaves/", view.leaves, name="dashboard-home-leaves"),
    path("waits/", view.waits, name="dashboard-home-waits"),
    path("brought/", view.brought, name="dashboard-home-brought"),
    path("past/", view.past, name="dashboard-home-past"),
]

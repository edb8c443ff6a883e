"""Below content/incentives/."""

from django.urls import path

from saleor_relacional.dashboard.incentives import codes, decisions, view

urlpatterns = [
    path("", view.content, name="dashboard-incentives"),
    path("ladders/", view.ladders, name="dashboard-incentives-ladders"),
    path("budget/", view.budget, name="dashboard-incentives-budget"),
    path("margins/", view.margins, name="dashboard-incentives-margins"),
    path("margins/form/", view.redraw, name="dashboard-incentives-margins-form"),
    path("codes/", codes.content, name="dashboard-incentives-codes"),
    path("codes/rows/", codes.rows, name="dashboard-incentives-code-rows"),
    path("<uuid:campaign>/decisions/", decisions.content, name="dashboard-incentives-decisions"),
    path("<uuid:campaign>/decisions/rows/", decisions.rows, name="dashboard-incentives-decision-rows"),
]

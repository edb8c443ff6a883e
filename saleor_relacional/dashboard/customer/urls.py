"""Addresses of one customer, below customers/<id>/."""

from django.urls import path

from saleor_relacional.dashboard.customer import changes, view

urlpatterns = [
    path("", view.content, name="dashboard-customer"),
    path("note/", changes.note, name="dashboard-customer-note"),
    path("rhythm/", changes.rhythm, name="dashboard-customer-rhythm"),
    path("wishes/", changes.wishes, name="dashboard-customer-wishes"),
    path("exclusion/", changes.exclusion, name="dashboard-customer-exclusion"),
    path("answer/", changes.answer, name="dashboard-customer-answer"),
    path("forget/", changes.forget, name="dashboard-customer-forget"),
]

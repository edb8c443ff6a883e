"""Addresses of one customer, below customers/<id>/."""

from django.urls import path

from saleor_relacional.dashboard.customer import changes, happened, notes, own_page, view

urlpatterns = [
    path("", view.content, name="dashboard-customer"),
    path("happened/", happened.part, name="dashboard-customer-happened"),
    path("own-page/", own_page.part, name="dashboard-customer-own-page"),
    path("note/", changes.note, name="dashboard-customer-note"),
    path("label/", notes.label, name="dashboard-customer-label"),
    path("staff-note/", notes.write, name="dashboard-customer-staff-note"),
    path("staff-note/remove/", notes.remove, name="dashboard-customer-staff-note-remove"),
    path("rhythm/", changes.rhythm, name="dashboard-customer-rhythm"),
    path("wishes/", changes.wishes, name="dashboard-customer-wishes"),
    path("exclusion/", changes.exclusion, name="dashboard-customer-exclusion"),
    path("answer/", changes.answer, name="dashboard-customer-answer"),
    path("remark/", changes.remark, name="dashboard-customer-remark"),
    path("accept/", changes.accept, name="dashboard-customer-accept"),
    path("correct/", changes.correct, name="dashboard-customer-correct"),
    path("forget/", changes.forget, name="dashboard-customer-forget"),
]

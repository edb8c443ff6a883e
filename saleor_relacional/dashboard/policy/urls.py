"""Addresses of the policy, below content/policy/."""

from django.urls import path

from saleor_relacional.dashboard.policy import exclusions, mail_server, topics, view

urlpatterns = [
    path("", view.content, name="dashboard-policy"),
    path("exclusions/", exclusions.content, name="dashboard-exclusions"),
    path("exclusions/rows/", exclusions.rows, name="dashboard-exclusion-rows"),
    path("exclusions/count/", exclusions.count, name="dashboard-exclusion-count"),
    path("exclusions/add/", exclusions.add, name="dashboard-exclusion-add"),
    path("exclusions/<uuid:exclusion>/remove/", exclusions.remove, name="dashboard-exclusion-remove"),
    path("topics/", topics.content, name="dashboard-topics"),
    path("topics/declare/", topics.declare, name="dashboard-topic-declare"),
    path("topics/<slug:key>/remove/", topics.remove, name="dashboard-topic-remove"),
    path("restart/", mail_server.restart, name="dashboard-mail-restart"),
    path("versions/<slug:code>/<int:before>/", view.versions, name="dashboard-policy-versions"),
    path("save/<slug:code>/", view.save, name="dashboard-policy-save"),
    path("<slug:code>/", view.form, name="dashboard-policy-form"),
    path("<slug:code>/<str:about>/", view.form, name="dashboard-policy-channel"),
]

"""Addresses of the messages, below content/messages/."""

from django.urls import path

from saleor_relacional.dashboard.messages import editor, view

urlpatterns = [
    path("", view.content, name="dashboard-messages"),
    path("begin/", editor.begin, name="dashboard-message-begin"),
    path("<slug:message>/<slug:language>/", editor.content, name="dashboard-message"),
    path(
        "<slug:message>/<slug:language>/before/<int:before>/",
        editor.versions,
        name="dashboard-message-versions",
    ),
    path("<slug:message>/<slug:language>/save/", editor.save, name="dashboard-message-save"),
    path("<slug:message>/<slug:language>/restore/", editor.restore, name="dashboard-message-restore"),
    path("<slug:message>/<slug:language>/compare/", editor.compare, name="dashboard-message-compare"),
    path("<slug:message>/<slug:language>/preview/", editor.preview, name="dashboard-message-preview"),
    path("<slug:message>/<slug:language>/test/", editor.test, name="dashboard-message-test"),
]

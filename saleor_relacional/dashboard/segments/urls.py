"""Addresses of segments, below segments/."""

from django.urls import path

from saleor_relacional.dashboard.segments import changes, view

urlpatterns = [
    path("", view.content, name="dashboard-segments"),
    path("new/", view.new, name="dashboard-segment-new"),
    path("new/preview/", view.preview, name="dashboard-segment-preview"),
    path("new/goods/search/", view.goods, name="dashboard-segment-goods"),
    path("new/count/", view.count, name="dashboard-segment-count"),
    path("new/save/", changes.create, name="dashboard-segment-create"),
    path("<uuid:segment>/", view.one, name="dashboard-segment"),
    path("<uuid:segment>/members/", view.members, name="dashboard-segment-members"),
    path("<uuid:segment>/why/", view.why, name="dashboard-segment-why"),
    path("<uuid:segment>/save/", changes.update, name="dashboard-segment-save"),
    path("<uuid:segment>/delete/", changes.delete, name="dashboard-segment-delete"),
]

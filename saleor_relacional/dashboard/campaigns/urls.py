"""Below content/campaigns/."""

from django.urls import path

from saleor_relacional.dashboard.campaigns import editor, picker, switching, view

urlpatterns = [
    path("", view.content, name="dashboard-campaigns"),
    path("rows/<str:which>/", view.rows, name="dashboard-campaign-rows"),
    path("kinds/<str:kind>/", view.outlook_of_kind, name="dashboard-campaign-kind"),
    path("make/<str:kind>/", view.make, name="dashboard-campaign-make"),
    path("<uuid:campaign>/", editor.content, name="dashboard-campaign"),
    path("<uuid:campaign>/said/", view.said, name="dashboard-campaign-said"),
    path("<uuid:campaign>/outlook/", editor.outlook, name="dashboard-campaign-outlook"),
    path("<uuid:campaign>/coming/", editor.days, name="dashboard-campaign-coming"),
    path("<uuid:campaign>/people/", view.people, name="dashboard-campaign-people"),
    path("<uuid:campaign>/people/queue/", view.queue, name="dashboard-campaign-queue"),
    path("<uuid:campaign>/form/", editor.redraw, name="dashboard-campaign-form"),
    path("<uuid:campaign>/goods/", picker.search, name="dashboard-campaign-goods"),
    path("<uuid:campaign>/goods/choose/", picker.choose, name="dashboard-campaign-goods-choose"),
    path("<uuid:campaign>/save/", editor.save, name="dashboard-campaign-save"),
    path("<uuid:campaign>/activate/", switching.asked, name="dashboard-campaign-activate"),
    path("<uuid:campaign>/activate/figures/", switching.figures, name="dashboard-campaign-activate-figures"),
    path("<uuid:campaign>/activate/now/", switching.activate, name="dashboard-campaign-activate-now"),
    path("<uuid:campaign>/pause/", switching.pause, name="dashboard-campaign-pause"),
    path("<uuid:campaign>/finish/", switching.finish, name="dashboard-campaign-finish"),
]

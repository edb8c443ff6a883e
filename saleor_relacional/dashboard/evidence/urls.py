"""Below content/evidence/."""

from django.urls import path

from saleor_relacional.dashboard.evidence import campaign, shop

urlpatterns = [
    path("", shop.content, name="dashboard-evidence"),
    path("rows/", shop.rows, name="dashboard-evidence-rows"),
    path("control/", shop.decide, name="dashboard-evidence-control"),
    path("curves/<int:period>/", shop.curves, name="dashboard-evidence-shop-curves"),
    path("beside/<int:period>/", shop.spent, name="dashboard-evidence-shop-beside"),
    path("<uuid:campaign>/", campaign.content, name="dashboard-evidence-campaign"),
    path("<uuid:campaign>/knowing/", campaign.knowing, name="dashboard-evidence-knowing"),
    path("<uuid:campaign>/curves/", campaign.curves, name="dashboard-evidence-curves"),
]

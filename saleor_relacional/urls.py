"""Our pages, mounted by the host under its public_url()."""

from django.urls import include, path

from saleor_relacional.views.checkout import checkout
from saleor_relacional.views.feedback import feedback
from saleor_relacional.views.leave import leave
from saleor_relacional.views.yours import yours

urlpatterns = [
    path("leave/<str:token>/", leave, name="relacional-leave"),
    path("page/<str:token>/", yours, name="relacional-page"),
    path("checkout/<str:token>/", checkout, name="relacional-checkout"),
    path("feedback/<str:token>/", feedback, name="relacional-feedback"),
    path("dashboard/", include("saleor_relacional.dashboard.urls")),
]

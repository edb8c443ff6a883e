"""Our pages, mounted by the host under its public_url()."""

from django.urls import include, path

from saleor_relacional import views

urlpatterns = [
    path("leave/<str:token>/", views.leave, name="relacional-leave"),
    path("dashboard/", include("saleor_relacional.dashboard.urls")),
]

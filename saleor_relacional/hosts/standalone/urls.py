"""What the standalone shop serves."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("saleor_relacional.urls"):
    urlpatterns.append(path("", include("saleor_relacional.urls")))

"""Addresses of the public's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.cases.web.public import catalogue, performance

urlpatterns: list[URLPattern | URLResolver] = [
    path("matters/", catalogue.matters, name="matters"),
    path("matters/<int:pk>/", catalogue.matter, name="matter"),
    path("performance/", performance.performance, name="performance"),
]

"""Addresses of cases: the public's pages, the applicant's, the officers'."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kaichuang.cases.web.public.urls")),
    path("", include("kaichuang.cases.web.desk.urls")),
    path("", include("kaichuang.cases.web.runs.urls")),
    path("", include("kaichuang.cases.web.apply.urls")),
]

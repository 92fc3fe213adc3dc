"""Addresses of the portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.portal.web import design, pages, workspaces

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("search/", pages.find, name="search"),
    path("programmes/", pages.programmes, name="programmes"),
    path("acting/", pages.acting, name="acting"),
    path("workspace/", workspaces.workspace, name="workspace"),
    path("workspace/<slug:role>/", workspaces.workspace, name="role_workspace"),
    path("design/", design.design, name="design"),
    path("design/job/", design.job, name="design_job"),
    path("areas/<slug:area>/", pages.area, name="area"),
    path("favicon.ico", pages.favicon, name="favicon"),
]

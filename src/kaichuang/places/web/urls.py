from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.places.web import views

app_name = "places"
urlpatterns: list[URLPattern | URLResolver] = [
    path("divisions/", views.divisions, name="divisions"),
    path("divisions/<slug:code>/", views.division, name="division"),
    path("programmes/<slug:slug>/", views.programme, name="programme"),
    path("programmes/<slug:slug>/date/", views.business_date, name="business_date"),
    path("programmes/<slug:slug>/settings/", views.settings, name="settings"),
    path("programmes/<slug:slug>/new/", views.new_programme, name="new_programme"),
]

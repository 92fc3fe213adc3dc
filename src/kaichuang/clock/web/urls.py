from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.clock.web import views

app_name = "clock"
urlpatterns: list[URLPattern | URLResolver] = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<slug:slug>/<int:number>/", views.year, name="year"),
    path("calendar/<slug:slug>/<int:number>/export/", views.export, name="export"),
    path("calendar/<slug:slug>/<int:number>/edit/", views.edit, name="edit"),
    path("calendar/<slug:slug>/<int:number>/clear/", views.clear, name="clear"),
    path("calendar/<slug:slug>/<int:number>/import/", views.take_over, name="import"),
    path("deadlines/", views.deadlines, name="deadlines"),
]

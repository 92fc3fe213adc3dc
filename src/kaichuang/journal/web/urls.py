from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.journal.web import views

app_name = "journal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.entries, name="entries"),
    path("rows/<str:subject_type>/<str:subject_id>/", views.history, name="history"),
    path("verification/", views.verification, name="verification"),
]

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.cases.web.runs import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("runs/", views.runs, name="runs"),
    path("runs/new/", views.new_run, name="new_run"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/progress/", views.progress, name="run_progress"),
    path("runs/<int:pk>/offer/", views.offer, name="run_offer"),
    path("runs/<int:pk>/cancel/", views.cancel, name="run_cancel"),
    path("runs/<int:pk>/publicise/", views.publicise, name="run_publicise"),
    path("runs/<int:pk>/decide/", views.decide, name="run_decide"),
]

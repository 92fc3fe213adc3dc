from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

app_name = "booking"
urlpatterns: list[URLPattern | URLResolver] = [
    path("bookings/<int:pk>/", lambda request, pk: HttpResponse(), name="booking"),
    path("strikes/", lambda request: HttpResponse(), name="strikes"),
    path("appeals/", lambda request: HttpResponse(), name="appeals"),
]

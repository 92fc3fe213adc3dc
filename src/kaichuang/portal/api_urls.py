"""The public API: one router per context, documented at /api/docs."""

from __future__ import annotations

from importlib import import_module

from django.urls import path
from ninja import NinjaAPI

from kaichuang.portal.api_errors import install

CONTEXTS = (
    "journal",
    "places",
    "clock",
    "parties",
    "files",
    "notices",
    "facts",
    "ledger",
    "booking",
    "experts",
    "publicity",
    "policy",
    "entitlement",
    "cases",
    "support",
)

api = NinjaAPI(title="开创 Kaichuang", version="1", urls_namespace="api")
install(api)
for context in CONTEXTS:
    api.add_router(f"/{context}", import_module(f"kaichuang.{context}.api").router)

urlpatterns = [path("", api.urls)]

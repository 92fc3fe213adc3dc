"""Addresses: every context brings its own under a prefix; the portal owns the root."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("kaichuang.accounts.web.urls")),
    path("places/", include("kaichuang.places.web.urls")),
    path("parties/", include("kaichuang.parties.web.urls")),
    path("clock/", include("kaichuang.clock.web.urls")),
    path("files/", include("kaichuang.files.web.urls")),
    path("notices/", include("kaichuang.notices.web.urls")),
    path("audit/", include("kaichuang.journal.web.urls")),
    path("facts/", include("kaichuang.facts.web.urls")),
    path("ledger/", include("kaichuang.ledger.web.urls")),
    path("booking/", include("kaichuang.booking.web.urls")),
    path("experts/", include("kaichuang.experts.web.urls")),
    path("publicity/", include("kaichuang.publicity.web.urls")),
    path("policy/", include("kaichuang.policy.web.urls")),
    path("entitlement/", include("kaichuang.entitlement.web.urls")),
    path("cases/", include("kaichuang.cases.web.urls")),
    path("support/", include("kaichuang.support.web.urls")),
    path("api/", include("kaichuang.portal.api_urls")),
    path("", include("kaichuang.portal.web.urls")),
]

handler400 = "kaichuang.portal.web.errors.bad_request"
handler403 = "kaichuang.portal.web.errors.forbidden"
handler404 = "kaichuang.portal.web.errors.not_found"
handler500 = "kaichuang.portal.web.errors.server_error"

"""Addresses of the pages of public servants."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.cases.web.desk import (
    bans,
    case,
    comparing,
    editor,
    establishing,
    files,
    matters,
    moving,
    overview,
    queue,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", queue.queue, name="desk"),
    path("desk/columns/", queue.choose_columns, name="desk_columns"),
    path("desk/overview/", overview.overview, name="desk_overview"),
    path("desk/compare/", comparing.compare, name="desk_compare"),
    path("desk/batch/<slug:move>/", queue.batch, name="desk_batch"),
    path("desk/bans/", bans.bans, name="desk_bans"),
    path("desk/bans/new/", bans.add, name="desk_ban"),
    path("desk/bans/<int:pk>/lift/", bans.lift, name="desk_lift"),
    path("desk/matters/", matters.matters, name="desk_matters"),
    path("desk/matters/<int:pk>/", matters.matter, name="desk_matter"),
    path("desk/matters/<int:pk>/edit/", editor.editor, name="desk_editor"),
    path("desk/matters/<int:pk>/import/", editor.take_in, name="desk_import"),
    path("desk/matters/<int:pk>/round/", matters.new_round, name="desk_round"),
    path("desk/matters/<int:pk>/offer/", matters.offer, name="desk_offer"),
    path("desk/matters/<int:pk>/matter.json", matters.matter_json, name="desk_matter_json"),
    path("desk/<int:pk>/", case.case, name="desk_case"),
    path("desk/<int:pk>/note/", case.note, name="desk_note"),
    path("desk/<int:pk>/facts/<str:fact>/", establishing.establish, name="desk_establish"),
    path("desk/<int:pk>/amount/", moving.amount, name="desk_amount"),
    path("desk/<int:pk>/dossier.zip", files.dossier, name="desk_dossier"),
    path("desk/<int:pk>/move/<slug:move>/", moving.move, name="desk_move"),
]

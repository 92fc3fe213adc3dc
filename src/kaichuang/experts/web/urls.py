from django.urls import path

from kaichuang.experts.web import draws, mine, panels, pool, sheet

app_name = "experts"

urlpatterns = [
    path("", mine.mine, name="mine"),
    path("apply/", mine.apply, name="apply"),
    path("seats/<int:pk>/", mine.seat, name="seat"),
    path("seats/<int:pk>/leave/", mine.leave, name="leave"),
    path("seats/<int:pk>/submit/", mine.submit, name="submit"),
    path("seats/<int:pk>/replace/", panels.replace_seat, name="replace"),
    path("scores/<int:pk>/", sheet.score, name="score"),
    path("scores/<int:pk>/autosave/", sheet.autosave, name="autosave"),
    path("scores/<int:pk>/recuse/", sheet.stand_back, name="stand_back"),
    path("scores/<int:pk>/files/<int:file>/", sheet.material, name="material"),
    path("scores/<int:pk>/detail/", panels.score_detail, name="score_detail"),
    path("pool/", pool.pool, name="pool"),
    path("pool/new/", pool.nominate, name="nominate"),
    path("pool/<int:pk>/", pool.expert, name="expert"),
    path("pool/<int:pk>/edit/", pool.edit, name="edit"),
    path("pool/<int:pk>/admit/", pool.admit, name="admit"),
    path("pool/<int:pk>/<slug:verb>/", pool.move, name="move"),
    path("panels/", panels.panels, name="panels"),
    path("panels/<int:pk>/", panels.panel, name="panel"),
    path("panels/<int:pk>/announce/", panels.announce_panel, name="announce"),
    path("panels/<int:pk>/draw/", panels.draw_panel, name="draw_panel"),
    path("panels/<int:pk>/start/", panels.start_panel, name="start"),
    path("panels/<int:pk>/reader/", panels.another_reader, name="another_reader"),
    path("panels/<int:pk>/close/", panels.close, name="close"),
    path("panels/<int:pk>/cancel/", panels.cancel, name="cancel"),
    path("panels/<int:pk>/pack/", panels.pack, name="pack"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<int:pk>/", draws.draw, name="draw"),
    path("draws/<int:pk>/draw.json", draws.record, name="draw_record"),
]

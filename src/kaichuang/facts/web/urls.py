from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from kaichuang.facts.web import about, collect, imports, reports

app_name = "facts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", about.definitions, name="definitions"),
    path("mine/", about.mine, name="mine"),
    path("definitions/<slug:code>/", about.definition, name="definition"),
    path("parties/<int:pk>/", about.about, name="about"),
    path("parties/<int:pk>/<slug:code>/", about.history, name="history"),
    path("reports/", reports.mine, name="reports"),
    path("reports/overview/", collect.overview, name="overview"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/fill/", reports.fill, name="fill"),
    path("reports/<int:pk>/cells/", reports.cells, name="cells"),
    path("reports/<int:pk>/export/", reports.export, name="export"),
    path("reports/<int:pk>/workbook/", reports.take_over, name="workbook"),
    path("reports/<int:pk>/review/", collect.review, name="review"),
    path("reports/<int:pk>/correct/", reports.correct, name="correct"),
    re_path(r"^reports/(?P<pk>\d{1,18})/(?P<name>sign|submit|freeze)/$", reports.move, name="move"),
    path("forms/<slug:code>/respondents/", collect.respondents, name="respondents"),
    path("forms/<slug:code>/open/", collect.open_period, name="open"),
    path("respondents/<int:pk>/end/", collect.end, name="end"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="new_import"),
    path("imports/<int:pk>/", imports.run, name="import"),
    path("imports/<int:pk>/mapping/", imports.mapping, name="mapping"),
    path("imports/<int:pk>/progress/", imports.progress, name="progress"),
    path("imports/<int:pk>/drop/", imports.drop, name="drop"),
]

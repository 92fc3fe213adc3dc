"""Addresses of the calculator, the measures and the simulator."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.entitlement.web import calculator, measures, results, simulator, versions

app_name = "entitlement"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", calculator.start, name="start"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("calculator/live/", calculator.live, name="live"),
    path("calculator/save/", calculator.save, name="save"),
    path("mine/", calculator.mine, name="mine"),
    path("results/<str:code>/", results.result, name="result"),
    path("results/<str:code>/answer.json", results.result_json, name="result_json"),
    path("results/<str:code>/answer.pdf", results.result_pdf, name="result_pdf"),
    path("replay/", results.replay, name="replay"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:programme>/<str:measure>/", measures.measure, name="measure"),
    path("settings/", versions.settings, name="settings"),
    path("versions/", versions.versions, name="versions"),
    path("versions/redline/", versions.redlined, name="redline"),
    path("versions/<int:pk>/doubts/", versions.doubts, name="doubts"),
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/preview/", simulator.simulator_preview, name="preview"),
    path("simulator/population/", simulator.bring, name="bring"),
    path("simulations/", simulator.simulations, name="simulations"),
    path("simulations/compare/", simulator.compare, name="compare"),
    path("simulations/<int:pk>/", simulator.simulation, name="simulation"),
    path("simulations/<int:pk>/progress/", simulator.progress, name="simulation_progress"),
]

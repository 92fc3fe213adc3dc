"""Addresses of the applicant's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.cases.web.apply import acting, filling, own, papers, review

urlpatterns: list[URLPattern | URLResolver] = [
    path("matters/<int:pk>/begin/", filling.begin, name="begin"),
    path("mine/", own.mine, name="mine"),
    path("<int:pk>/", own.case, name="case"),
    path("<int:pk>/apply/", filling.apply, name="apply"),
    path("<int:pk>/apply/save/", filling.autosave, name="autosave"),
    path("<int:pk>/apply/papers/<str:paper>/", filling.upload, name="upload"),
    path("<int:pk>/apply/review/", review.review, name="review"),
    path("<int:pk>/reply/", acting.reply, name="reply"),
    path("<int:pk>/do/<str:move>/", acting.act, name="act"),
    path("<int:pk>/applications/<int:number>.json", papers.application_json, name="application_json"),
    path("<int:pk>/applications/<int:number>.pdf", papers.application_pdf, name="application_pdf"),
    path("<int:pk>/letters/<int:decision>/", papers.letter, name="letter"),
    path("<int:pk>/decisions/<int:decision>.json", papers.decision_json, name="decision_json"),
]

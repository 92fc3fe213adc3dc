from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from kaichuang.parties.web import members, views

app_name = "parties"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.mine, name="mine"),
    re_path(r"^new/(?P<kind>organisation|person|team)/$", views.register, name="register"),
    path("join/", members.join, name="join"),
    path("register/", views.register_list, name="register_list"),
    path("register/import/", views.take_over, name="import"),
    path("conflicts/", views.conflict, name="conflicts"),
    path("roles/", members.roles, name="roles"),
    path("roles/grant/", members.grant, name="grant"),
    path("roles/<int:pk>/revoke/", members.revoke, name="revoke"),
    path("admissions/<int:pk>/<slug:move>/", members.answer, name="answer"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/leave/", members.leave, name="leave"),
    path("<int:pk>/", views.party, name="party"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/invite/", members.invite_member, name="invite"),
    path("<int:pk>/relations/new/", members.relate, name="relate"),
    path("<int:pk>/relations/<int:relation>/end/", members.unrelate, name="unrelate"),
    re_path(r"^(?P<pk>\d{1,18})/reveal/(?P<field>identity_number|phone)/$", views.show_secret, name="reveal"),
]

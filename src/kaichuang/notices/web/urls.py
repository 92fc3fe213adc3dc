from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.notices.web import views, work

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:pk>/", views.notice, name="notice"),
    path("inbox/<int:pk>/open/", views.opened, name="open"),
    path("inbox/read/", views.read, name="read"),
    path("inbox/read-all/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("work/", work.work, name="work"),
    path("work/<int:pk>/", work.work_item, name="work_item"),
    path("work/<int:pk>/finish/", work.finish, name="finish"),
    path("work/<int:pk>/urge/", work.urge, name="urge"),
]

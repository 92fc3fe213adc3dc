from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.publicity.web import feeds, objecting, office, public, queue

app_name = "publicity"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.announcements, name="announcements"),
    path("feed/", feeds.Rss(), name="feed"),
    path("<int:pk>/", public.announcement, name="announcement"),
    path("<int:pk>/object/", objecting.object_to, name="object"),
    path("objections/", objecting.find, name="find_objection"),
    path("objections/<str:code>/", objecting.receipt, name="receipt"),
    path("objections/<str:code>/letter/", objecting.letter, name="letter"),
    path("objections/<str:code>/retract/", objecting.retract, name="retract"),
    path("office/", office.announcements, name="office"),
    path("office/new/", office.new, name="new"),
    path("office/<int:pk>/", office.announcement, name="office_announcement"),
    path("office/<int:pk>/revise/", office.revise, name="revise"),
    path("office/<int:pk>/open/", office.open_list, name="open"),
    path("office/<int:pk>/withdraw/", office.withdraw, name="withdraw"),
    path("queue/", queue.objections, name="objections"),
    path("queue/<int:pk>/", queue.objection, name="objection"),
    path("queue/<int:pk>/accept/", queue.accept, name="accept"),
    path("queue/<int:pk>/refuse/", queue.refuse, name="refuse"),
    path("queue/<int:pk>/decide/", queue.decide, name="decide"),
    path("queue/<int:pk>/called/", queue.called, name="called"),
    path("queue/<int:pk>/reveal/", queue.reveal, name="reveal"),
]

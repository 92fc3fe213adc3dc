from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.support.web import awards, finance, mine, reports

app_name = "support"
urlpatterns: list[URLPattern | URLResolver] = [
    path("awards/", awards.awards, name="awards"),
    path("my-money/", mine.money, name="my_money"),
    path("account/", mine.account, name="account"),
    path("tranches/<int:pk>/paper/", mine.paper, name="paper"),
    path("tranches/<int:pk>/check/", mine.check, name="check"),
    path("cases/<int:pk>/report/", reports.report, name="report"),
    path("cases/<int:pk>/ruling/", reports.ruling, name="ruling"),
    path("money/", finance.money, name="money"),
    path("money/caps/", finance.caps, name="caps"),
    path("money/waiting/", finance.waiting, name="waiting"),
    path("recoveries/", finance.recoveries, name="recoveries"),
    path("recoveries/<int:pk>/", finance.recovery, name="recovery"),
    path("recoveries/<int:pk>/receipt/", finance.receipt, name="receipt"),
    path("recoveries/<int:pk>/plan/", finance.plan, name="plan"),
    path("recoveries/<int:pk>/write-off/", finance.give_up, name="write_off"),
    path("rounds/<int:pk>/sharing/", finance.sharing, name="sharing"),
    path("rounds/<int:pk>/share/", finance.share, name="share"),
]

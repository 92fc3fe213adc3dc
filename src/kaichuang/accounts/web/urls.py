from __future__ import annotations

from django.urls import include, path

from kaichuang.accounts.web import views

urlpatterns = [
    path("second-factor/", views.second_factor, name="accounts_second_factor"),
    path("profile/", views.profile, name="accounts_profile"),
    path("language/", views.language, name="accounts_language"),
    path("users/", views.users, name="accounts_users"),
    path("users/<int:pk>/", views.switch_user, name="accounts_switch_user"),
    path("", include("allauth.urls")),
]

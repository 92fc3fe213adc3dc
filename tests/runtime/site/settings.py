"""A small site on Kaichuang's runtime: quick to start, so that its processes can be killed often."""

from __future__ import annotations

from kaichuang.runtime import config, home, secrets

SECRET_KEY = secrets.secret_key()
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
]
STATIC_URL = "static/"
STATIC_ROOT = home.home_dir() / "static"
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "kaichuang.urls"
DATABASES = {"default": config.database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

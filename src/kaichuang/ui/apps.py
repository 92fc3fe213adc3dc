from django.apps import AppConfig


class Config(AppConfig):
    name = "kaichuang.ui"
    label = "ui"

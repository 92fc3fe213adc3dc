from django.apps import AppConfig


class Config(AppConfig):
    name = "bench.facts.usual"
    label = "usual_facts"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class Config(AppConfig):
    name = "bench.booking.usual"
    label = "usual_booking"
    default_auto_field = "django.db.models.BigAutoField"

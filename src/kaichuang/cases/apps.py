from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "kaichuang.cases"
    label = "cases"
    verbose_name = _("办件")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaichuang.cases import derived, needs, notices
        from kaichuang.cases.effects import correcting, deciding, letters, publicising, reviewing, submitting
        from kaichuang.cases.models import Case
        from kaichuang.cases.operations import lapse
        from kaichuang.cases.queries.cases import cases_for
        from kaichuang.files import access
        from kaichuang.notices import kinds

        # Importing these gives the words of workflow tables their meaning.
        assert (
            needs
            and correcting
            and deciding
            and letters
            and publicising
            and reviewing
            and submitting
            and lapse
        )
        derived.register_own()
        access.register(Case, rows=cases_for)
        kinds.register_work(notices.ACT)
        kinds.register(notices.MOVED)
        kinds.register(notices.OVERDUE)
        kinds.register(notices.OFFERED)

"""`kaichuang manage rotate_keys`: encrypt everything anew with the newest data key."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from kaichuang.accounts.operations import rotate_secrets
from kaichuang.kit.secrets import EncryptedField


class Command(BaseCommand):
    help = "Re-encrypt personal numbers and second factors with the first of KAICHUANG_DATA_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            fields = [field.name for field in model._meta.get_fields() if isinstance(field, EncryptedField)]
            if fields:
                self.stdout.write(f"{model._meta.label}: {_rotate(model, fields)}")
        self.stdout.write(f"{rotate_secrets()}")


@transaction.atomic
def _rotate(model: type[models.Model], fields: list[str]) -> int:
    rows = model._default_manager.order_by("pk").select_for_update(of=("self",))
    done = 0
    for row in rows.iterator(chunk_size=1000):
        row.save(update_fields=fields)
        done += 1
    return done

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from kaichuang.parties.models import Party

pytestmark = pytest.mark.django_db

OLD, NEW = "a" * 64, "b" * 64


def stored(party: Party) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM parties_party WHERE id = %s", [party.pk])
        return str(cursor.fetchone()[0])


def test_after_rotation_the_old_key_is_not_needed() -> None:
    with override_settings(DATA_KEYS=[OLD]):
        party = Party.objects.create(kind="organisation", name="甲公司", phone="13800001111")
        before = stored(party)
    assert "13800001111" not in before
    with override_settings(DATA_KEYS=[NEW, OLD]):
        call_command("rotate_keys")
    with override_settings(DATA_KEYS=[NEW]):
        party.refresh_from_db()
        assert party.phone == "13800001111"
    assert stored(party) != before

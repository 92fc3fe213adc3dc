"""The function and the procedure that post, and the room on pages that hot rows need."""

from pathlib import Path

from django.db import migrations

_UNDO = """
DROP PROCEDURE ledger_post_durably(jsonb, jsonb);
DROP FUNCTION ledger_post(jsonb);
DROP FUNCTION ledger_post_one(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL((Path(__file__).parent / "sql" / "post_1.sql").read_text(encoding="utf-8"), _UNDO),
    ]

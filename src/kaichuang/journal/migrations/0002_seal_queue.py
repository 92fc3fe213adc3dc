"""Sealing is one call: four statements and a wait for the disk fewer after every commit."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "seal.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION journal_seal_queue(integer, boolean)",
        ),
    ]

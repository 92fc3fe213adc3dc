"""The function that says which of many reservations a limit refuses."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_faster_post")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "over_1.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION ledger_over(jsonb);",
        ),
    ]

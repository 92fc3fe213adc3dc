"""A transfer and its lines are one statement, which is looked at once; nothing waits for the commit."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_held_and_lifted")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="transfer",
            name="complete",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="complete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM fresh t\n              WHERE NOT EXISTS (SELECT FROM ledger_posting p WHERE p.transfer_id = t.id AND p.line = 1);\n            IF FOUND THEN\n                RAISE EXCEPTION 'a transfer has no postings'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="f15f6ca6a744153590c7064869cd31760c1e0589",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_complete_0d6a6",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="ledger_transfer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL((Path(__file__).parent / "sql" / "post_3.sql").read_text(encoding="utf-8")),
    ]

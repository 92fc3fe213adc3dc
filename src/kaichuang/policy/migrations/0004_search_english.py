"""English headings and gists are searched too; words in headings alone can be asked for."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.functions import Cast

_FUNCTION = r"""
-- The query of policy_search_query, but every word must stand in a heading (weight A).
CREATE FUNCTION policy_heading_query(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT regexp_replace(policy_search_query(words)::text, '(''[^'']+'')(?::(\*))?', '\1:\2A', 'g')::tsquery $$;
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_books_and_uses")]
    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION policy_heading_query(text);"),
        migrations.RemoveIndex("clause", "policy_clause_search"),
        migrations.RemoveField("clause", "search"),
        migrations.AddField(
            "clause",
            "search",
            models.GeneratedField(
                expression=models.Func(
                    models.F("heading"),
                    models.Func(
                        Cast(models.F("paragraphs"), models.TextField()),
                        Cast(models.F("items"), models.TextField()),
                        models.F("gist"),
                        models.F("heading_en"),
                        models.F("gist_en"),
                        function="policy_join_texts",
                    ),
                    function="policy_search_vector",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "clause", django.contrib.postgres.indexes.GinIndex(fields=["search"], name="policy_clause_search")
        ),
    ]

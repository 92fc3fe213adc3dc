"""Words in headings have an index of their own: the index of all words holds no weights. Functions bind names early."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

# Bodies in the standard's form bind their names when they are made: a restore and CREATE INDEX run with an empty
# search path, where the older form would not find `policy_pairs`.
_BOUND = r"""
CREATE OR REPLACE FUNCTION policy_search_vector(heading text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN setweight(to_tsvector('simple'::regconfig, policy_pairs(heading)), 'A')
    || setweight(to_tsvector('simple'::regconfig, policy_pairs(body)), 'B');
"""
_VECTOR = r"""
CREATE FUNCTION policy_heading_vector(heading text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN to_tsvector('simple'::regconfig, policy_pairs(heading));
"""
_QUERY = r"""
CREATE FUNCTION policy_heading_query(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT regexp_replace(policy_search_query(words)::text, '(''[^'']+'')(?::(\*))?', '\1:\2A', 'g')::tsquery $$;
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0004_search_english")]
    operations = [
        migrations.RunSQL("DROP FUNCTION policy_heading_query(text);", _QUERY),
        migrations.RunSQL(_BOUND, migrations.RunSQL.noop),
        migrations.RunSQL(_VECTOR, "DROP FUNCTION policy_heading_vector(text);"),
        migrations.AddIndex(
            "clause",
            GinIndex(
                models.Func(models.F("heading"), function="policy_heading_vector"),
                name="policy_clause_heading",
            ),
        ),
    ]

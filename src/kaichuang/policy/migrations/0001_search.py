"""Full-text search of Chinese without an extension: overlapping pairs of characters, searched as phrases."""

from __future__ import annotations

from django.db import migrations

_FUNCTIONS = r"""
-- Runs of Chinese become overlapping pairs and a last single sign ("众创空间" → 众创 创空 空间 间), other words stay.
-- The last sign keeps runs apart, so that no phrase matches across a comma.
CREATE FUNCTION policy_pairs(source text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT coalesce(string_agg(
        CASE WHEN run.text ~ '^[a-z0-9]' THEN run.text
             ELSE (SELECT string_agg(substr(run.text, i, 2), ' ' ORDER BY i)
                     FROM generate_series(1, length(run.text)) AS i)
        END, ' ' ORDER BY run.n), '')
      FROM (
        SELECT found[1] AS text, n
          FROM regexp_matches(
                 lower(translate(source, '０１２３４５６７８９', '0123456789')),
                 '[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff]+', 'g') WITH ORDINALITY AS m(found, n)
      ) AS run
$$;

CREATE FUNCTION policy_join_texts(VARIADIC texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_to_string(texts, ' ') $$;

-- Headings weigh more than what stands under them.
CREATE FUNCTION policy_search_vector(heading text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT setweight(to_tsvector('simple'::regconfig, policy_pairs(heading)), 'A')
        || setweight(to_tsvector('simple'::regconfig, policy_pairs(body)), 'B')
$$;

-- A run of the query is a phrase of pairs; a single sign finds every pair that begins with it.
CREATE FUNCTION policy_search_query(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT coalesce(string_agg(
        CASE WHEN run.text ~ '^[a-z0-9]' THEN quote_literal(run.text) || ':*'
             WHEN length(run.text) = 1 THEN quote_literal(run.text) || ':*'
             ELSE '(' || (SELECT string_agg(quote_literal(substr(run.text, i, 2)), ' <-> ' ORDER BY i)
                            FROM generate_series(1, length(run.text) - 1) AS i) || ')'
        END, ' & ' ORDER BY run.n), '')::tsquery
      FROM (
        SELECT found[1] AS text, n
          FROM regexp_matches(
                 lower(translate(words, '０１２３４５６７８９', '0123456789')),
                 '[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff]+', 'g') WITH ORDINALITY AS m(found, n)
      ) AS run
$$;
"""

_DROP = """
DROP FUNCTION policy_search_query(text);
DROP FUNCTION policy_search_vector(text, text);
DROP FUNCTION policy_join_texts(text[]);
DROP FUNCTION policy_pairs(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(_FUNCTIONS, _DROP)]

-- One transfer of two lines on two accounts, which nearly all are, by few small statements; `ledger_post` does the
-- same for everything else by one large one. A transfer and its lines are one statement: the database lets them in
-- only together.
CREATE FUNCTION ledger_post_pair(request jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $body$
DECLARE
    r ledger_request;
    old record;
    new_id bigint;
    first bigint;
    second bigint;
    into_first bigint;
    into_second bigint;
BEGIN
    r := jsonb_populate_record(NULL::ledger_request, request);
    first := (r.lines->0->>0)::bigint;
    second := (r.lines->1->>0)::bigint;
    into_first := (r.lines->0->>1)::bigint;
    into_second := (r.lines->1->>1)::bigint;
    PERFORM FROM (
        SELECT balance, floor, ceiling,
               normal * CASE account_id WHEN first THEN into_first ELSE into_second END AS change
          FROM ledger_balance WHERE account_id IN (first, second)) b
     WHERE (b.change < 0 AND b.balance + b.change < b.floor)
        OR (b.change > 0 AND b.balance + b.change > b.ceiling);
    IF FOUND THEN
        -- Too little; unless this is the repetition of what took it.
        SELECT id, fingerprint INTO old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
        IF NOT FOUND THEN
            RETURN jsonb_build_array(r.n, 'short', NULL);
        END IF;
    ELSE
        WITH written AS (
            INSERT INTO ledger_transfer
                   (programme_id, key, kind, at, lines, description, clause, measure, party_id, issuer_id, year,
                    expires_at, claim_id, reverses_id, claws_back_id, fingerprint, actor_kind, actor_user_id, actor_name)
            VALUES (r.programme, r.key, r.kind, r.at, 2, coalesce(r.description, ''),
                    coalesce(r.clause, ''), coalesce(r.measure, ''), r.party, r.issuer, r.year, r.expires, r.claim,
                    r.reverses, r.claws_back, r.fp, r.actor_kind, r.actor_user, coalesce(r.actor_name, ''))
            ON CONFLICT (programme_id, key) DO NOTHING
            RETURNING id
        ), posted AS (
            INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)
            SELECT written.id, l.line, l.account, r.at, l.amount
              FROM written, (VALUES (1, first, into_first), (2, second, into_second)) AS l(line, account, amount)
        )
        SELECT id INTO new_id FROM written;
        IF FOUND THEN
            RETURN jsonb_build_array(r.n, 'posted', new_id);
        END IF;
        SELECT id, fingerprint INTO STRICT old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
    END IF;
    RETURN jsonb_build_array(
        r.n, CASE WHEN old.fingerprint = r.fp THEN 'replayed' ELSE 'reused' END, old.id);
END
$body$;

-- The way into the ledger: any number of transfers in one round trip.
--
-- `request` is an array of transfers: {n, programme, key, kind, at, description, clause, measure, party, issuer,
-- year, expires, claim, reverses, claws_back, fp, actor_kind, actor_user, actor_name, lines: [[account, amount], …]};
-- what is empty may be left out.
-- The answer is an array of [n, status, transfer], status being
--   posted    written now
--   replayed  written before under the same key with the same content; nothing was done
--   reused    the key stands for other content; nothing was done
--   short     an account's balance does not allow it; refused without taking a lock
-- Whatever else is wrong raises the constraint that it breaks, and then nothing of the request is written.

CREATE OR REPLACE FUNCTION ledger_post(request jsonb) RETURNS jsonb
LANGUAGE plpgsql
-- Every look-up here and in the triggers is by key; without statistics (a new installation) the planner would
-- read whole tables, and keep that plan for as long as the connection lives. The balances of a pair are updated by
-- one index scan, which locks them in the order of their keys; a bitmap scan would follow their places on disk.
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $body$
DECLARE
    answer jsonb;
    racing boolean;
BEGIN
    IF jsonb_array_length(request) = 1 AND jsonb_array_length(request->0->'lines') = 2
       AND request->0->'lines'->0->0 <> request->0->'lines'->1->0
    THEN
        RETURN jsonb_build_array(ledger_post_pair(request->0));
    END IF;
    WITH req AS MATERIALIZED (
        SELECT r.*, nextval('ledger_transfer_id_seq') AS id
          FROM jsonb_to_recordset(request) AS r(
               n int, programme bigint, key text, kind text, at date, description text, clause text, measure text,
               party bigint, issuer bigint, year smallint, expires timestamptz, claim bigint, reverses bigint,
               claws_back bigint, fp uuid, actor_kind text, actor_user bigint, actor_name text, lines jsonb)
    ), line AS MATERIALIZED (
        SELECT r.n, r.id, r.at, e.ordinality::smallint AS line, (e.value->>0)::bigint AS account,
               (e.value->>1)::bigint AS amount
          FROM req r CROSS JOIN LATERAL jsonb_array_elements(r.lines) WITH ORDINALITY AS e(value, ordinality)
    ), old AS MATERIALIZED (
        SELECT r.n, t.id, t.fingerprint = r.fp AS same
          FROM req r CROSS JOIN LATERAL (
               SELECT id, fingerprint FROM ledger_transfer
                WHERE programme_id = r.programme AND key = r.key LIMIT 1) t
    ), short AS MATERIALIZED (
        SELECT DISTINCT l.n
          FROM line l CROSS JOIN LATERAL (
               SELECT balance, floor, ceiling, normal * l.amount AS change
                 FROM ledger_balance WHERE account_id = l.account LIMIT 1) b
         WHERE (b.change < 0 AND b.balance + b.change < b.floor)
            OR (b.change > 0 AND b.balance + b.change > b.ceiling)
    ), written AS (
        INSERT INTO ledger_transfer
               (id, programme_id, key, kind, at, lines, description, clause, measure, party_id, issuer_id, year,
                expires_at, claim_id, reverses_id, claws_back_id, fingerprint, actor_kind, actor_user_id, actor_name)
        SELECT id, programme, key, kind, at, jsonb_array_length(lines), coalesce(description, ''),
               coalesce(clause, ''), coalesce(measure, ''), party, issuer, year, expires, claim, reverses, claws_back,
               fp, actor_kind, actor_user, coalesce(actor_name, '')
          FROM req
         WHERE n NOT IN (SELECT n FROM old) AND n NOT IN (SELECT n FROM short)
        ON CONFLICT (programme_id, key) DO NOTHING
        RETURNING id
    ), posted AS (
        INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)
        SELECT l.id, l.line, l.account, l.at, l.amount FROM line l JOIN written w ON w.id = l.id
    )
    SELECT jsonb_agg(jsonb_build_array(
               r.n,
               CASE WHEN old.same THEN 'replayed' WHEN old.id IS NOT NULL THEN 'reused'
                    WHEN w.id IS NOT NULL THEN 'posted' WHEN s.n IS NOT NULL THEN 'short' END,
               coalesce(old.id, w.id))),
           bool_or(old.id IS NULL AND w.id IS NULL AND s.n IS NULL)
      INTO answer, racing
      FROM req r
      LEFT JOIN old ON old.n = r.n
      LEFT JOIN written w ON w.id = r.id
      LEFT JOIN short s ON s.n = r.n;

    IF racing THEN
        -- Somebody committed the same key between our look and our insert: look again, with a fresh snapshot.
        SELECT jsonb_agg(CASE WHEN a.value->>1 IS NOT NULL THEN a.value ELSE jsonb_build_array(
                   a.value->0, CASE WHEN t.fingerprint = r.fp THEN 'replayed' ELSE 'reused' END, t.id) END)
          INTO answer
          FROM jsonb_array_elements(answer) AS a(value)
          JOIN jsonb_to_recordset(request) AS r(n int, programme bigint, key text, fp uuid)
               ON r.n = (a.value->>0)::int
          LEFT JOIN ledger_transfer t ON t.programme_id = r.programme AND t.key = r.key;
    END IF;
    RETURN answer;
END
$body$;

DROP FUNCTION ledger_post_one(jsonb);

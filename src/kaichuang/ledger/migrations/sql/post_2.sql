-- What `ledger_post` reads: the fields of one transfer, as a type, so that reading them starts no query.
CREATE TYPE ledger_request AS (
    n int, programme bigint, key text, kind text, at date, description text, clause text, measure text, party bigint,
    issuer bigint, year smallint, expires timestamptz, claim bigint, reverses bigint, claws_back bigint, fp uuid,
    actor_kind text, actor_user bigint, actor_name text, lines jsonb);

-- One transfer, by few small statements; nearly all have two lines on two accounts, and those need the fewest.
CREATE OR REPLACE FUNCTION ledger_post_one(request jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $body$
DECLARE
    r ledger_request;
    old record;
    new_id bigint;
    is_pair boolean;
    is_short boolean;
    first bigint;
    second bigint;
    into_first bigint;
    into_second bigint;
BEGIN
    r := jsonb_populate_record(NULL::ledger_request, request);
    first := (r.lines->0->>0)::bigint;
    second := (r.lines->1->>0)::bigint;
    is_pair := jsonb_array_length(r.lines) = 2 AND first <> second;
    IF is_pair THEN
        into_first := (r.lines->0->>1)::bigint;
        into_second := (r.lines->1->>1)::bigint;
        PERFORM FROM (
            SELECT balance, floor, ceiling,
                   normal * CASE account_id WHEN first THEN into_first ELSE into_second END AS change
              FROM ledger_balance WHERE account_id IN (first, second)) b
         WHERE (b.change < 0 AND b.balance + b.change < b.floor)
            OR (b.change > 0 AND b.balance + b.change > b.ceiling);
    ELSE
        PERFORM FROM jsonb_array_elements(r.lines) AS l(value), LATERAL (
            SELECT balance, floor, ceiling, normal * (l.value->>1)::bigint AS change
              FROM ledger_balance WHERE account_id = (l.value->>0)::bigint LIMIT 1) b
         WHERE (b.change < 0 AND b.balance + b.change < b.floor)
            OR (b.change > 0 AND b.balance + b.change > b.ceiling);
    END IF;
    is_short := FOUND;
    IF is_short THEN
        -- Too little; unless this is the repetition of what took it.
        SELECT id, fingerprint INTO old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
        IF NOT FOUND THEN
            RETURN jsonb_build_array(r.n, 'short', NULL);
        END IF;
    ELSE
        INSERT INTO ledger_transfer
               (programme_id, key, kind, at, lines, description, clause, measure, party_id, issuer_id, year,
                expires_at, claim_id, reverses_id, claws_back_id, fingerprint, actor_kind, actor_user_id, actor_name)
        VALUES (r.programme, r.key, r.kind, r.at, jsonb_array_length(r.lines), coalesce(r.description, ''),
                coalesce(r.clause, ''), coalesce(r.measure, ''), r.party, r.issuer, r.year, r.expires, r.claim,
                r.reverses, r.claws_back, r.fp, r.actor_kind, r.actor_user, coalesce(r.actor_name, ''))
        ON CONFLICT (programme_id, key) DO NOTHING
        RETURNING id INTO new_id;
        IF FOUND THEN
            IF is_pair THEN
                INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)
                VALUES (new_id, 1, first, r.at, into_first), (new_id, 2, second, r.at, into_second);
            ELSE
                INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)
                SELECT new_id, ordinality, (value->>0)::bigint, r.at, (value->>1)::bigint
                  FROM jsonb_array_elements(r.lines) WITH ORDINALITY;
            END IF;
            RETURN jsonb_build_array(r.n, 'posted', new_id);
        END IF;
        SELECT id, fingerprint INTO STRICT old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
    END IF;
    RETURN jsonb_build_array(
        r.n, CASE WHEN old.fingerprint = r.fp THEN 'replayed' ELSE 'reused' END, old.id);
END
$body$;

-- The balances of a pair are updated by one index scan, which locks them in the order of their keys; a bitmap scan
-- would follow their places on disk.
ALTER FUNCTION ledger_post(jsonb) SET enable_bitmapscan = off;

-- As before; assignments of functions' answers start no query, PERFORM does.
CREATE OR REPLACE PROCEDURE ledger_post_durably(request jsonb, INOUT answer jsonb)
LANGUAGE plpgsql AS $body$
DECLARE
    ignored text;
BEGIN
    ignored := set_config('synchronous_commit', 'off', true);
    answer := ledger_post(request);
    COMMIT;
    -- A commit record is flushed after everything before it: waiting for this empty one waits for ours.
    IF current_setting('synchronous_commit') = 'off' THEN
        ignored := set_config('synchronous_commit', 'on', true);
    END IF;
    ignored := pg_logical_emit_message(true, 'kaichuang.ledger', '')::text;
END
$body$;

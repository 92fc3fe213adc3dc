-- Whether a transfer has all its lines, two or more, and they sum to zero in every unit.
CREATE FUNCTION ledger_balances(transfer bigint, expected smallint) RETURNS boolean
LANGUAGE plpgsql STABLE
-- By key, always: without statistics (a new installation) the planner would read the whole table, and keep that
-- plan for as long as the connection lives.
SET enable_seqscan = off
AS $body$
BEGIN
    RETURN expected >= 2 AND (
        SELECT sum(n) IS NOT DISTINCT FROM expected AND bool_and(total = 0)
          FROM (SELECT count(*) AS n, sum(p.amount) AS total
                  FROM ledger_posting p JOIN ledger_balance b ON b.account_id = p.account_id
                 WHERE p.transfer_id = transfer
                 GROUP BY b.unit_id) units);
END
$body$;

-- The way into the ledger: any number of transfers in one round trip.
--
-- `request` is an array of transfers: {n, programme, key, kind, at, description, clause, measure, party, issuer,
-- year, expires, claim, reverses, claws_back, fp, actor_kind, actor_user, actor_name, lines: [[account, amount], …]}.
-- The answer is an array of [n, status, transfer], status being
--   posted    written now
--   replayed  written before under the same key with the same content; nothing was done
--   reused    the key stands for other content; nothing was done
--   short     an account's balance does not allow it; refused without taking a lock
-- Whatever else is wrong raises the constraint that it breaks, and then nothing of the request is written.

CREATE FUNCTION ledger_post(request jsonb) RETURNS jsonb
LANGUAGE plpgsql
SET enable_seqscan = off
AS $body$
DECLARE
    answer jsonb := '[]';
    r record;
    old record;
    new_id bigint;
BEGIN
    IF jsonb_array_length(request) > 1 THEN
        -- Several transfers lock their balances in one order, whatever the order of the transfers.
        PERFORM FROM ledger_balance b
          WHERE b.account_id IN (SELECT DISTINCT (l.value->>0)::bigint
                                   FROM jsonb_array_elements(request) AS q(value),
                                        jsonb_array_elements(q.value->'lines') AS l(value))
          ORDER BY b.account_id FOR NO KEY UPDATE;
    END IF;
    FOR r IN SELECT * FROM jsonb_to_recordset(request) AS r(
               n int, programme bigint, key text, kind text, at date, description text, clause text, measure text,
               party bigint, issuer bigint, year smallint, expires timestamptz, claim bigint, reverses bigint,
               claws_back bigint, fp uuid, actor_kind text, actor_user bigint, actor_name text, lines jsonb)
    LOOP
        SELECT id, fingerprint INTO old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
        IF NOT FOUND THEN
            IF EXISTS (
                SELECT FROM jsonb_array_elements(r.lines) AS l(value), LATERAL (
                       SELECT balance, floor, ceiling, normal * (l.value->>1)::bigint AS change
                         FROM ledger_balance WHERE account_id = (l.value->>0)::bigint LIMIT 1) b
                 WHERE (b.change < 0 AND b.balance + b.change < b.floor)
                    OR (b.change > 0 AND b.balance + b.change > b.ceiling)
            ) THEN
                answer := answer || jsonb_build_array(jsonb_build_array(r.n, 'short', NULL));
                CONTINUE;
            END IF;
            INSERT INTO ledger_transfer
                   (programme_id, key, kind, at, lines, description, clause, measure, party_id, issuer_id, year,
                    expires_at, claim_id, reverses_id, claws_back_id, fingerprint, actor_kind, actor_user_id,
                    actor_name)
            VALUES (r.programme, r.key, r.kind, r.at, jsonb_array_length(r.lines), r.description, r.clause,
                    r.measure, r.party, r.issuer, r.year, r.expires, r.claim, r.reverses, r.claws_back, r.fp,
                    r.actor_kind, r.actor_user, r.actor_name)
            ON CONFLICT (programme_id, key) DO NOTHING
            RETURNING id INTO new_id;
            IF FOUND THEN
                INSERT INTO ledger_posting (transfer_id, line, account_id, at, amount)
                SELECT new_id, ordinality, (value->>0)::bigint, r.at, (value->>1)::bigint
                  FROM jsonb_array_elements(r.lines) WITH ORDINALITY
                 ORDER BY 3, 2;
                answer := answer || jsonb_build_array(jsonb_build_array(r.n, 'posted', new_id));
                CONTINUE;
            END IF;
            -- Somebody committed the same key between our look and our insert: look again, now it is there.
            SELECT id, fingerprint INTO STRICT old
              FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
        END IF;
        answer := answer || jsonb_build_array(jsonb_build_array(
            r.n, CASE WHEN old.fingerprint = r.fp THEN 'replayed' ELSE 'reused' END, old.id));
    END LOOP;
    RETURN answer;
END
$body$;

-- The same outside a transaction, durable when it returns, with the row locks released before the disk is awaited.
-- See docs/adr for why this is safe. Works on PostgreSQL 15 and later.
CREATE PROCEDURE ledger_post_durably(request jsonb, INOUT answer jsonb)
LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    answer := ledger_post(request);
    COMMIT;
    -- A commit record is flushed after everything before it: waiting for this empty one waits for ours.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    PERFORM pg_logical_emit_message(true, 'kaichuang.ledger', '');
END
$body$;

-- A balance row is updated by every posting; room in its page keeps that update away from the index.
ALTER TABLE ledger_balance SET (fillfactor = 10);
ALTER TABLE ledger_limit_sum SET (fillfactor = 50);
ALTER TABLE ledger_claim SET (fillfactor = 80);

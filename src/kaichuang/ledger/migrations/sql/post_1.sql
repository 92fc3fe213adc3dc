-- What a transfer does once, when all its lines are there: it must balance; then its claim and the limits move, and
-- it queues for its seal. Rows are locked in this order: balances (by the postings), the claim, limit sums by key.
CREATE FUNCTION ledger_settle(t ledger_transfer) RETURNS void
LANGUAGE plpgsql
-- By key, always: without statistics (a new installation) the planner would read whole tables, and keep that plan
-- for as long as the connection lives.
SET enable_seqscan = off
AS $body$
DECLARE
    s record;
BEGIN
    SELECT count(*) AS lines, sum(p.amount) AS total, min(b.unit_id) AS unit_id, max(b.unit_id) AS last_unit_id,
           bool_or(b.closed_on <= p.at) AS closed,
           sum(CASE b.kind WHEN 'available' THEN p.amount END) AS available,
           sum(CASE b.kind WHEN 'reserved' THEN p.amount END) AS reserved,
           sum(CASE b.kind WHEN 'committed' THEN p.amount END) AS committed,
           sum(CASE b.kind WHEN 'ordered' THEN p.amount END) AS ordered,
           sum(CASE b.kind WHEN 'paid' THEN p.amount END) AS paid,
           sum(CASE b.kind WHEN 'receivable' THEN p.amount END) AS receivable,
           min(nullif(b.pool, '')) AS pool, max(b.pool) AS last_pool,
           EXISTS (SELECT FROM ledger_limit l WHERE l.programme_id = t.programme_id) AS limited
      INTO s
      FROM ledger_posting p JOIN ledger_balance b ON b.account_id = p.account_id
     WHERE p.transfer_id = t.id;

    IF s.lines <> t.lines OR s.lines < 2 OR s.total <> 0
       OR (s.unit_id <> s.last_unit_id AND EXISTS (
           SELECT FROM ledger_posting p JOIN ledger_balance b ON b.account_id = p.account_id
            WHERE p.transfer_id = t.id GROUP BY b.unit_id HAVING sum(p.amount) <> 0))
    THEN
        RAISE EXCEPTION 'transfer % does not balance', t.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
    END IF;
    IF s.closed THEN
        RAISE EXCEPTION 'transfer % posts to a closed account', t.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_account_open';
    END IF;
    -- What a foreign key would say, asked only where there is one; transfers are never deleted.
    IF coalesce(t.reverses_id, t.claws_back_id) IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_transfer o
         WHERE o.id = coalesce(t.reverses_id, t.claws_back_id) AND o.programme_id = t.programme_id)
    THEN
        RAISE EXCEPTION 'transfer % answers one that is not of its programme', t.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_transfer_answers';
    END IF;
    INSERT INTO ledger_unsealed (transfer_id) VALUES (t.id);

    IF t.kind = 'reserve' THEN
        IF s.pool IS DISTINCT FROM s.last_pool OR s.reserved IS NULL OR s.reserved + s.available <> 0
           OR coalesce(s.committed, s.ordered, s.paid, s.receivable) IS NOT NULL
        THEN
            RAISE EXCEPTION 'a reservation moves from available to reserved in one pool'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_claim_own_pool';
        END IF;
        INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, opened_on,
                                  expires_at, reserved, committed, ordered, paid, receivable)
        VALUES (t.id, t.programme_id, s.unit_id, s.pool, t.measure, t.party_id, t.issuer_id,
                coalesce(t.year, extract(year FROM t.at)), t.at, t.expires_at, s.reserved, 0, 0, 0, 0);
    ELSIF t.claim_id IS NOT NULL THEN
        UPDATE ledger_claim
           SET reserved = reserved + coalesce(s.reserved, 0), committed = committed + coalesce(s.committed, 0),
               ordered = ordered + coalesce(s.ordered, 0), paid = paid + coalesce(s.paid, 0),
               receivable = receivable + coalesce(s.receivable, 0)
         WHERE id = t.claim_id AND programme_id = t.programme_id
           AND (s.pool IS NULL OR (s.pool = pool AND s.last_pool = pool));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a claim moves only through the accounts of its own pool'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_claim_own_pool';
        END IF;
    ELSE
        RETURN;
    END IF;

    IF s.limited AND s.available <> 0 THEN
        INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)
        SELECT l.id,
               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,
               CASE l.period WHEN 'year' THEN c.year ELSE 0 END,
               -s.available, l.ceiling
          FROM ledger_claim c
          JOIN ledger_limit l ON l.programme_id = c.programme_id AND l.unit_id = c.unit_id
               AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)
         WHERE c.id = coalesce(t.claim_id, t.id)
         ORDER BY l.id
        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total;
    END IF;
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
        old := NULL;
        IF EXISTS (
            SELECT FROM jsonb_array_elements(r.lines) AS l(value), LATERAL (
                   SELECT balance, floor, ceiling, normal * (l.value->>1)::bigint AS change
                     FROM ledger_balance WHERE account_id = (l.value->>0)::bigint LIMIT 1) b
             WHERE (b.change < 0 AND b.balance + b.change < b.floor)
                OR (b.change > 0 AND b.balance + b.change > b.ceiling)
        ) THEN
            -- Too little; unless this is the repetition of what took it.
            SELECT id, fingerprint INTO old FROM ledger_transfer WHERE programme_id = r.programme AND key = r.key;
            IF NOT FOUND THEN
                answer := answer || jsonb_build_array(jsonb_build_array(r.n, 'short', NULL));
                CONTINUE;
            END IF;
        ELSE
            INSERT INTO ledger_transfer
                   (programme_id, key, kind, at, lines, description, clause, measure, party_id, issuer_id, year,
                    expires_at, claim_id, reverses_id, claws_back_id, fingerprint, actor_kind, actor_user_id,
                    actor_name)
            VALUES (r.programme, r.key, r.kind, r.at, jsonb_array_length(r.lines), coalesce(r.description, ''),
                    coalesce(r.clause, ''), coalesce(r.measure, ''), r.party, r.issuer, r.year, r.expires, r.claim, r.reverses, r.claws_back, r.fp,
                    r.actor_kind, r.actor_user, coalesce(r.actor_name, ''))
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

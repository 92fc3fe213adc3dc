"""What the database does by itself whenever a row of the ledger is written, by whatever way.

Note [Who keeps the balances]
Balances, claims and limit sums are kept by the statement trigger on `ledger_posting`, not by a function that
callers must remember: whoever inserts postings moves the balances, in the same transaction, and the CHECK
constraints on those rows refuse what would cross a floor or a ceiling. The same rows cannot be updated
directly: their guard lets only a trigger through. Rows are locked in a fixed order (claims, limit sums,
balances, each by key), and the hottest, the balance, comes last, so that it is held for the shortest time.
"""

from __future__ import annotations

import pgtrigger

TEST_DATABASES = "^(kc_)?test_"
"""Django's test flush truncates; only databases so named let it. `kaichuang.keep = on` forbids it there too."""


def never_truncated() -> pgtrigger.Trigger:
    """TRUNCATE is refused, except in the test runner's own databases."""
    return pgtrigger.Trigger(
        name="never_truncated",
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func=f"""
            IF current_database() ~ '{TEST_DATABASES}'
               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';
        """,
    )


def kept_by_triggers() -> pgtrigger.Trigger:
    """Rows that only the ledger's own triggers may write. See Note [Who keeps the balances]."""
    return pgtrigger.Trigger(
        name="kept_by_triggers",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition("pg_trigger_depth() < 1"),
        func="""
            RAISE EXCEPTION '% is kept by the ledger itself', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_kept_by_triggers';
        """,
    )


def stamped_now() -> pgtrigger.Trigger:
    """A transfer carries the number and the time of the transaction that writes it; nobody chooses them."""
    return pgtrigger.Trigger(
        name="stamped_now",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(
            "NEW.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint"
            " OR NEW.recorded_at IS DISTINCT FROM transaction_timestamp()"
        ),
        func="""
            RAISE EXCEPTION 'txid and recorded_at are the database''s to write'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_stamped_now';
        """,
    )


def balanced() -> pgtrigger.Trigger:
    """At commit: at least two postings, and in every unit they sum to zero."""
    return pgtrigger.Trigger(
        name="balanced",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func="""
            IF NOT (
                SELECT coalesce(sum(n), 0) >= 2 AND bool_and(total = 0)
                  FROM (SELECT count(*) AS n, sum(p.amount) AS total
                          FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
                         WHERE p.transfer_id = NEW.id
                         GROUP BY a.unit_id) units
            ) THEN
                RAISE EXCEPTION 'transfer % does not balance', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
            END IF;
            RETURN NULL;
        """,
    )


_SUMS = """
    coalesce(sum(p.amount) FILTER (WHERE a.kind = 'reserved'), 0) AS reserved,
    coalesce(sum(p.amount) FILTER (WHERE a.kind = 'committed'), 0) AS committed,
    coalesce(sum(p.amount) FILTER (WHERE a.kind = 'ordered'), 0) AS ordered,
    coalesce(sum(p.amount) FILTER (WHERE a.kind = 'paid'), 0) AS paid,
    coalesce(sum(p.amount) FILTER (WHERE a.kind = 'receivable'), 0) AS receivable
"""

_APPLY = f"""
    -- All lines of a transfer come in one statement of its own transaction: a second one would need line 1 again.
    SELECT coalesce(bool_or(bad), false), coalesce(bool_or(shut), false), coalesce(bool_or(kind = 'reserve'), false),
           coalesce(bool_or(claim_id IS NOT NULL), false)
      INTO wrong, closed, opens, follows
      FROM (SELECT t.kind, t.claim_id,
                   min(p.line) <> 1
                   OR bool_or(t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
                              OR t.recorded_at IS DISTINCT FROM transaction_timestamp()
                              OR a.programme_id IS DISTINCT FROM t.programme_id
                              OR p.at IS DISTINCT FROM t.at) AS bad,
                   bool_or(a.closed_on <= p.at) AS shut
              FROM fresh p
              LEFT JOIN ledger_transfer t ON t.id = p.transfer_id
              LEFT JOIN ledger_account a ON a.id = p.account_id
             GROUP BY p.transfer_id, t.id) transfers;
    IF wrong THEN
        RAISE EXCEPTION 'postings belong to the transfer written with them, in accounts of its programme'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_with_its_transfer';
    END IF;
    IF closed THEN
        RAISE EXCEPTION 'a closed account cannot be posted to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_account_open';
    END IF;

    IF opens THEN
        INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, opened_on,
                                  expires_at, reserved, committed, ordered, paid, receivable)
        SELECT t.id, t.programme_id, min(a.unit_id), min(a.pool) FILTER (WHERE a.kind = 'reserved'), t.measure,
               t.party_id, t.issuer_id, coalesce(t.year, extract(year FROM t.at)), t.at, t.expires_at, {_SUMS}
          FROM fresh p
          JOIN ledger_transfer t ON t.id = p.transfer_id AND t.kind = 'reserve'
          JOIN ledger_account a ON a.id = p.account_id
         GROUP BY t.id;
    END IF;

    IF follows THEN
        PERFORM FROM ledger_claim c
          WHERE c.id IN (SELECT t.claim_id FROM fresh p JOIN ledger_transfer t ON t.id = p.transfer_id)
          ORDER BY c.id FOR NO KEY UPDATE;
        UPDATE ledger_claim c
           SET reserved = c.reserved + s.reserved, committed = c.committed + s.committed,
               ordered = c.ordered + s.ordered, paid = c.paid + s.paid, receivable = c.receivable + s.receivable
          FROM (SELECT t.claim_id, {_SUMS}
                  FROM fresh p
                  JOIN ledger_transfer t ON t.id = p.transfer_id AND t.claim_id IS NOT NULL
                  JOIN ledger_account a ON a.id = p.account_id
                 GROUP BY t.claim_id) s
         WHERE c.id = s.claim_id;
        IF EXISTS (
            SELECT FROM fresh p
              JOIN ledger_transfer t ON t.id = p.transfer_id AND t.claim_id IS NOT NULL
              JOIN ledger_account a ON a.id = p.account_id
              LEFT JOIN ledger_claim c ON c.id = t.claim_id AND c.programme_id = t.programme_id
             WHERE c.id IS NULL
                OR (a.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid') AND a.pool <> c.pool)
        ) THEN
            RAISE EXCEPTION 'a claim moves only through the accounts of its own pool'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_claim_own_pool';
        END IF;
    END IF;

    IF opens OR follows THEN
        INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)
        SELECT l.id,
               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,
               CASE l.period WHEN 'year' THEN c.year ELSE 0 END,
               sum(s.moved), l.ceiling
          FROM (SELECT coalesce(t.claim_id, t.id) AS claim_id, sum(p.amount) AS moved
                  FROM fresh p
                  JOIN ledger_transfer t ON t.id = p.transfer_id
                       AND (t.claim_id IS NOT NULL OR t.kind = 'reserve')
                  JOIN ledger_account a ON a.id = p.account_id
                       AND a.kind IN ('reserved', 'committed', 'ordered', 'paid')
                 GROUP BY 1 HAVING sum(p.amount) <> 0) s
          JOIN ledger_claim c ON c.id = s.claim_id
          JOIN ledger_limit l ON l.programme_id = c.programme_id AND l.unit_id = c.unit_id
               AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)
         GROUP BY 1, 2, 3, l.ceiling
         ORDER BY 1, 2, 3
        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total;
    END IF;

    INSERT INTO ledger_unsealed (transfer_id) SELECT DISTINCT transfer_id FROM fresh;

    INSERT INTO ledger_balance (account_id, balance)
    SELECT p.account_id, sum(a.normal * p.amount)
      FROM fresh p JOIN ledger_account a ON a.id = p.account_id
     GROUP BY 1 ORDER BY 1
    ON CONFLICT (account_id) DO UPDATE SET balance = ledger_balance.balance + EXCLUDED.balance;
    RETURN NULL;
"""


def applied() -> pgtrigger.Trigger:
    """New postings move claims, limit sums and balances, once per statement. See Note [Who keeps the balances]."""
    return pgtrigger.Trigger(
        name="applied",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        declare=[("wrong", "boolean"), ("closed", "boolean"), ("opens", "boolean"), ("follows", "boolean")],
        func=_APPLY,
    )


def opens_balance() -> pgtrigger.Trigger:
    """Every account has its balance row from the first moment, with the account's floor and ceiling."""
    return pgtrigger.Trigger(
        name="opens_balance",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("floor", "ceiling"),
        when=pgtrigger.After,
        func="""
            INSERT INTO ledger_balance (account_id, balance) VALUES (NEW.id, 0) ON CONFLICT DO NOTHING;
            UPDATE ledger_balance SET floor = NEW.floor, ceiling = NEW.ceiling WHERE account_id = NEW.id;
            RETURN NULL;
        """,
    )


def spreads_ceiling() -> pgtrigger.Trigger:
    """A new limit counts the claims that exist; a changed ceiling holds for the sums that exist.

    Either is refused by the sums' CHECK when more than the ceiling has been used already.
    """
    return pgtrigger.Trigger(
        name="spreads_ceiling",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("ceiling"),
        when=pgtrigger.After,
        func="""
            IF TG_OP = 'UPDATE' THEN
                UPDATE ledger_limit_sum SET ceiling = NEW.ceiling WHERE limit_id = NEW.id;
                RETURN NULL;
            END IF;
            INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)
            SELECT NEW.id,
                   CASE NEW.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                                      WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,
                   CASE NEW.period WHEN 'year' THEN c.year ELSE 0 END,
                   sum(c.reserved + c.committed + c.ordered + c.paid), NEW.ceiling
              FROM ledger_claim c
             WHERE c.programme_id = NEW.programme_id AND c.unit_id = NEW.unit_id
               AND NEW.measure IN ('', c.measure) AND NEW.pool IN ('', c.pool)
             GROUP BY 2, 3;
            RETURN NULL;
        """,
    )

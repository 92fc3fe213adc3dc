"""What the database does by itself whenever a row of the ledger is written, by whatever way.

Note [Who keeps the balances]
Balances, claims and limit sums are kept by the trigger on `ledger_posting`, not by a function that callers
must remember: whoever inserts postings moves the balances, in the same transaction, and the CHECK constraints
on those rows refuse what would cross a floor or a ceiling. The same rows cannot be updated directly: their
guard lets only a trigger through.

Note [A fixed number of lines]
A transfer says how many lines it has. A posting's line lies within that number, lines are unique, and at commit
all must be there and add up to zero. So once the check has run (even early, by SET CONSTRAINTS IMMEDIATE), there
is no line left that could be added.
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
    """At commit: all lines are there, and in every unit they sum to zero. Then the transfer waits for its seal."""
    return pgtrigger.Trigger(
        name="balanced",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func="""
            IF NOT ledger_balances(NEW.id, NEW.lines) THEN
                RAISE EXCEPTION 'transfer % does not balance', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
            END IF;
            INSERT INTO ledger_unsealed (transfer_id) VALUES (NEW.id);
            RETURN NULL;
        """,
    )


_APPLY = """
    SELECT * INTO t FROM ledger_transfer WHERE id = NEW.transfer_id;
    UPDATE ledger_balance SET balance = balance + normal * NEW.amount
     WHERE account_id = NEW.account_id
    RETURNING * INTO a;
    IF t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
       OR t.recorded_at IS DISTINCT FROM transaction_timestamp()
       OR t.programme_id IS DISTINCT FROM a.programme_id
       OR t.at IS DISTINCT FROM NEW.at OR t.lines < NEW.line
    THEN
        RAISE EXCEPTION 'a posting belongs to a transfer of its own transaction, in accounts of its programme'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_with_its_transfer';
    END IF;
    IF a.closed_on <= NEW.at THEN
        RAISE EXCEPTION 'account % is closed', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_account_open';
    END IF;

    IF t.kind = 'reserve' THEN
        IF a.kind = 'reserved' THEN
            INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, opened_on,
                                      expires_at, reserved, committed, ordered, paid, receivable)
            VALUES (t.id, t.programme_id, a.unit_id, a.pool, t.measure, t.party_id, t.issuer_id,
                    coalesce(t.year, extract(year FROM t.at)), t.at, t.expires_at, NEW.amount, 0, 0, 0, 0);
        ELSIF a.kind = 'available' THEN
            c.measure := t.measure; c.pool := a.pool; c.party_id := t.party_id; c.issuer_id := t.issuer_id;
            c.year := coalesce(t.year, extract(year FROM t.at));
        ELSE
            RAISE EXCEPTION 'a reservation moves from available to reserved'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_claim_own_pool';
        END IF;
    ELSIF t.claim_id IS NOT NULL AND a.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid', 'receivable')
    THEN
        UPDATE ledger_claim
           SET reserved = reserved + CASE a.kind WHEN 'reserved' THEN NEW.amount ELSE 0 END,
               committed = committed + CASE a.kind WHEN 'committed' THEN NEW.amount ELSE 0 END,
               ordered = ordered + CASE a.kind WHEN 'ordered' THEN NEW.amount ELSE 0 END,
               paid = paid + CASE a.kind WHEN 'paid' THEN NEW.amount ELSE 0 END,
               receivable = receivable + CASE a.kind WHEN 'receivable' THEN NEW.amount ELSE 0 END
         WHERE id = t.claim_id AND programme_id = t.programme_id AND (pool = a.pool OR a.kind = 'receivable')
        RETURNING * INTO c;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a claim moves only through the accounts of its own pool'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_claim_own_pool';
        END IF;
    END IF;

    IF a.kind = 'available' AND (t.kind = 'reserve' OR t.claim_id IS NOT NULL) THEN
        INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)
        SELECT l.id,
               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,
               CASE l.period WHEN 'year' THEN c.year ELSE 0 END,
               -NEW.amount, l.ceiling
          FROM ledger_limit l
         WHERE l.programme_id = t.programme_id AND l.unit_id = a.unit_id
           AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)
         ORDER BY l.id
        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total;
    END IF;
    RETURN NULL;
"""


def applied() -> pgtrigger.Trigger:
    """A new posting moves its account's balance, its claim, and the limits that count it.

    See Note [Who keeps the balances]. A limit counts what claims take out of `available` less what they give
    back; money that is clawed back goes to the treasury and gives no room under a limit.
    """
    return pgtrigger.Trigger(
        name="applied",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        declare=[("t", "ledger_transfer"), ("a", "ledger_balance"), ("c", "ledger_claim")],
        func=_APPLY,
    )


def opens_balance() -> pgtrigger.Trigger:
    """Every account has its balance row from the first moment, with what the postings' trigger needs to know."""
    return pgtrigger.Trigger(
        name="opens_balance",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("floor", "ceiling", "closed_on"),
        when=pgtrigger.After,
        func="""
            INSERT INTO ledger_balance
                   (account_id, balance, normal, kind, programme_id, unit_id, pool, floor, ceiling, closed_on)
            VALUES (NEW.id, 0, NEW.normal, NEW.kind, NEW.programme_id, NEW.unit_id, NEW.pool,
                    NEW.floor, NEW.ceiling, NEW.closed_on)
            ON CONFLICT DO NOTHING;
            UPDATE ledger_balance SET floor = NEW.floor, ceiling = NEW.ceiling, closed_on = NEW.closed_on
             WHERE account_id = NEW.id;
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
                   -sum(p.amount), NEW.ceiling
              FROM ledger_claim c
              JOIN ledger_transfer t ON t.id = c.id OR t.claim_id = c.id
              JOIN ledger_posting p ON p.transfer_id = t.id
              JOIN ledger_account a ON a.id = p.account_id AND a.kind = 'available'
             WHERE c.programme_id = NEW.programme_id AND c.unit_id = NEW.unit_id
               AND NEW.measure IN ('', c.measure) AND NEW.pool IN ('', c.pool)
             GROUP BY 2, 3;
            RETURN NULL;
        """,
    )

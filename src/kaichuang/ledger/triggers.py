"""What the database does by itself whenever a row of the ledger is written, by whatever way.

Note [Who keeps the balances]
Balances are kept by the trigger on `ledger_posting`, claims and limit sums by the one on `ledger_transfer`, not by
a function that callers must remember: whoever inserts postings moves the balances, in the same transaction, and
the CHECK constraints on those rows refuse what would cross a floor or a ceiling. The same rows cannot be updated
directly: their guard lets only a trigger through.

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


def settled() -> pgtrigger.Trigger:
    """At commit, once for each transfer: all its lines are there and sum to zero; its claim and limits move.

    See `ledger_settle`. It runs earlier where a caller must know at once (`post_together`).
    """
    return pgtrigger.Trigger(
        name="settled",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func="PERFORM ledger_settle(NEW); RETURN NULL;",
    )


def applied() -> pgtrigger.Trigger:
    """A posting moves its account's balance; it belongs to a transfer of this very transaction and programme."""
    return pgtrigger.Trigger(
        name="applied",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        func="""
            UPDATE ledger_balance b SET balance = b.balance + b.normal * NEW.amount
              FROM ledger_transfer t
             WHERE b.account_id = NEW.account_id AND t.id = NEW.transfer_id AND t.programme_id = b.programme_id
               AND t.at = NEW.at AND t.lines >= NEW.line
               AND t.txid = pg_current_xact_id()::text::bigint AND t.recorded_at = transaction_timestamp();
            IF NOT FOUND THEN
                RAISE EXCEPTION 'a posting belongs to a transfer of its own transaction, in accounts of its programme'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_posting_with_its_transfer';
            END IF;
            RETURN NULL;
        """,
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

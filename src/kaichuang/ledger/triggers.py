"""What the database does by itself whenever a row of the ledger is written, by whatever way.

Note [Who keeps the balances]
Balances, claims and limit sums are kept by the trigger on `ledger_posting`, not by a function that callers must
remember: whoever inserts postings moves the balances, in the same transaction, and
the CHECK constraints on those rows refuse what would cross a floor or a ceiling. The same rows cannot be updated
directly: their guard lets only a trigger through.

Note [All lines at once]
A transfer and all its lines arrive in one statement (two INSERTs, one inside the other's WITH): the trigger of the
lines counts them, adds them up, and refuses what is not whole; that of the transfers refuses one without a line 1.
Nothing waits for the commit, and nothing can be added later. A check at commit would be one for each row.

Note [One and many]
What costs is starting a statement, not its rows. Many transfers are therefore applied by one large statement, and
a single one by a few small ones, with its lines added up in a loop; both do the same, and the tests go both ways.
"""

from __future__ import annotations

import pgtrigger

from kaichuang.ledger.enums import CLAIM_STAGES, STAGES, AccountKind

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


def complete() -> pgtrigger.Trigger:
    """New transfers come with their postings; that they are whole is known. See Note [All lines at once]."""
    return pgtrigger.Trigger(
        name="complete",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        func="""
            PERFORM FROM fresh t
              WHERE NOT EXISTS (SELECT FROM ledger_posting p WHERE p.transfer_id = t.id AND p.line = 1);
            IF FOUND THEN
                RAISE EXCEPTION 'a transfer has no postings'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
            END IF;
            RETURN NULL;
        """,
    )


def _amount(kind: str) -> str:
    return f"coalesce(sum(CASE b.kind WHEN '{kind}' THEN p.amount END), 0) AS {kind}"


_STAGE_POOL = "CASE WHEN b.kind IN (" + ", ".join(f"'{stage}'" for stage in STAGES) + ") THEN b.pool END"

_SUMS = f"""
        SELECT t.id, t.kind, t.claim_id, t.programme_id, t.measure, t.party_id, t.issuer_id, t.at, t.expires_at,
               coalesce(t.year, extract(year FROM t.at))::smallint AS year, min(b.unit_id) AS unit_id,
               min(b.unit_id) <> max(b.unit_id) AS mixed,
               count(*) IS DISTINCT FROM t.lines OR t.lines < 2 OR min(p.line) <> 1 OR sum(p.amount) <> 0 AS partial,
               bool_or(t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
                       OR t.recorded_at IS DISTINCT FROM transaction_timestamp()
                       OR b.programme_id IS DISTINCT FROM t.programme_id
                       OR p.at IS DISTINCT FROM t.at) AS stray,
               bool_or(b.closed_on <= p.at) AS shut,
               coalesce(t.reverses_id, t.claws_back_id) AS answers,
               min({_STAGE_POOL}) AS pool, max({_STAGE_POOL}) AS last_pool,
               {", ".join(_amount(kind) for kind in (AccountKind.AVAILABLE, *CLAIM_STAGES))}
          FROM fresh p
          LEFT JOIN ledger_transfer t ON t.id = p.transfer_id
          LEFT JOIN ledger_balance b ON b.account_id = p.account_id
         GROUP BY p.transfer_id, t.id
"""  # noqa: S608  # constants
"""What a statement's postings are, transfer by transfer."""

_WRONG_CLAIM = """kind = 'reserve' AND (pool IS DISTINCT FROM last_pool OR reserved + available <> 0 OR reserved <= 0
                   OR committed <> 0 OR ordered <> 0 OR paid <> 0 OR receivable <> 0)"""

_LIMITS = """
        INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)
        SELECT l.id,
               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,
               CASE l.period WHEN 'year' THEN c.year ELSE 0 END, -sum(c.available), l.ceiling
          FROM {claims} c
          JOIN ledger_limit l ON l.programme_id = c.programme_id AND l.unit_id = c.unit_id
               AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)
         GROUP BY 1, 2, 3, l.ceiling
         ORDER BY 1, 2, 3
        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total
"""

_BALANCES = """
        INSERT INTO ledger_balance (account_id, balance, normal, kind, programme_id, unit_id, pool)
        SELECT p.account_id, sum(b.normal * p.amount), b.normal, b.kind, b.programme_id, b.unit_id, b.pool
          FROM fresh p JOIN ledger_balance b ON b.account_id = p.account_id
         GROUP BY p.account_id, b.account_id
         ORDER BY p.account_id
        ON CONFLICT (account_id) DO UPDATE SET balance = ledger_balance.balance + EXCLUDED.balance
"""

_ITS_CLAIM = """
               (SELECT k.*, of_available AS available FROM ledger_claim k
                 WHERE k.id = coalesce(x.claim_id, x.transfer_id))"""

_THEIR_CLAIMS = """(
                SELECT programme_id, unit_id, measure, party_id, issuer_id, year, pool, available
                  FROM s WHERE kind = 'reserve'
                 UNION ALL
                SELECT s.programme_id, f.unit_id, f.measure, f.party_id, f.issuer_id, f.year, f.pool, s.available
                  FROM s JOIN followed f ON f.id = s.claim_id WHERE s.available <> 0)"""

_BY_STAGE = " ".join(
    f"WHEN '{kind}' THEN of_{kind} := of_{kind} + y.amount;"
    for kind in (AccountKind.AVAILABLE, *CLAIM_STAGES)
)

_ONE = f"""
    FOR y IN
        SELECT f.transfer_id, f.line, f.account_id, f.amount, b.normal * f.amount AS change, b.kind AS stage, b.pool,
               b.unit_id, b.closed_on <= f.at AS shut,
               t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint
               OR t.recorded_at IS DISTINCT FROM transaction_timestamp()
               OR b.programme_id IS DISTINCT FROM t.programme_id
               OR f.at IS DISTINCT FROM t.at AS stray,
               t.lines, t.kind, t.claim_id, t.programme_id, t.measure, t.party_id, t.issuer_id, t.year, t.at,
               t.expires_at, t.kind = 'reserve' OR t.claim_id IS NOT NULL AS claims,
               coalesce(t.reverses_id, t.claws_back_id) IS NOT NULL AS answers
          FROM fresh f
          LEFT JOIN ledger_transfer t ON t.id = f.transfer_id
          LEFT JOIN ledger_balance b ON b.account_id = f.account_id
    LOOP
        IF seen = 0 THEN
            x := y;
        ELSIF y.transfer_id <> x.transfer_id THEN
            seen := 0;
            EXIT;
        END IF;
        seen := seen + 1;
        sum_of_all := sum_of_all + y.amount;
        has_first := has_first OR y.line = 1;
        is_stray := is_stray OR y.stray;
        is_shut := is_shut OR y.shut;
        is_mixed := is_mixed OR y.unit_id <> x.unit_id;
        last_account := y.account_id;
        last_change := y.change;
        IF x.claims THEN
            CASE y.stage
                {_BY_STAGE}
                ELSE NULL;
            END CASE;
            IF y.stage IN ({", ".join(f"'{stage}'" for stage in STAGES)}) THEN
                low_pool := least(low_pool, y.pool);
                high_pool := greatest(high_pool, y.pool);
            END IF;
        END IF;
    END LOOP;
"""  # noqa: S608  # constants
"""A single transfer's postings, added up line by line; `seen` is 0 when there are several transfers."""

_APPLY = f"""
    {_ONE.strip()}
    IF seen > 0 THEN  -- Note [One and many]
        wrong := CASE WHEN is_stray THEN 'ledger_posting_with_its_transfer'
                      WHEN seen < 2 OR seen <> x.lines OR NOT has_first OR sum_of_all <> 0
                      THEN 'ledger_transfer_balanced'
                      WHEN is_shut THEN 'ledger_posting_account_open' END;
        has_answers := x.answers;
        IF wrong IS NULL AND x.kind = 'reserve' THEN
            IF low_pool IS DISTINCT FROM high_pool OR of_reserved + of_available <> 0 OR of_reserved <= 0
               OR of_committed <> 0 OR of_ordered <> 0 OR of_paid <> 0 OR of_receivable <> 0
            THEN
                wrong := 'ledger_claim_own_pool';
            ELSE
                INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year,
                                          opened_on, expires_at, reserved, committed, ordered, paid, receivable)
                VALUES (x.transfer_id, x.programme_id, x.unit_id, low_pool, x.measure, x.party_id, x.issuer_id,
                        coalesce(x.year, extract(year FROM x.at)::smallint), x.at, x.expires_at,
                        of_reserved, 0, 0, 0, 0);
            END IF;
        ELSIF wrong IS NULL AND x.claim_id IS NOT NULL THEN
            UPDATE ledger_claim
               SET reserved = reserved + of_reserved, committed = committed + of_committed,
                   ordered = ordered + of_ordered, paid = paid + of_paid, receivable = receivable + of_receivable
             WHERE id = x.claim_id AND programme_id = x.programme_id
               AND (low_pool IS NULL OR (low_pool = pool AND high_pool = pool));
            IF NOT FOUND THEN
                wrong := 'ledger_claim_own_pool';
            END IF;
        END IF;
        IF wrong IS NULL AND x.claims AND of_available <> 0 THEN
            IF EXISTS (SELECT FROM ledger_limit l WHERE l.programme_id = x.programme_id) THEN
                {_LIMITS.format(claims=_ITS_CLAIM).strip()};
            END IF;
        END IF;
        IF wrong IS NULL THEN
            INSERT INTO ledger_unsealed (transfer_id) VALUES (x.transfer_id);
            IF seen = 2 AND last_account <> x.account_id THEN
                UPDATE ledger_balance
                   SET balance = balance + CASE account_id WHEN x.account_id THEN x.change ELSE last_change END
                 WHERE account_id IN (x.account_id, last_account);
            ELSE
                {_BALANCES.strip()};
            END IF;
        END IF;
    ELSE
    WITH s AS MATERIALIZED ({_SUMS}    ), opened AS (
        INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, opened_on,
                                  expires_at, reserved, committed, ordered, paid, receivable)
        SELECT id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, at, expires_at,
               reserved, committed, ordered, paid, receivable
          FROM s WHERE kind = 'reserve' AND pool = last_pool
    ), followed AS (
        UPDATE ledger_claim c
           SET reserved = c.reserved + m.reserved, committed = c.committed + m.committed,
               ordered = c.ordered + m.ordered, paid = c.paid + m.paid, receivable = c.receivable + m.receivable
          FROM (SELECT claim_id, min(programme_id) AS programme_id, sum(reserved) AS reserved,
                       sum(committed) AS committed, sum(ordered) AS ordered, sum(paid) AS paid,
                       sum(receivable) AS receivable, min(pool) AS pool, max(last_pool) AS last_pool
                  FROM s WHERE claim_id IS NOT NULL GROUP BY 1 ORDER BY 1) m
         WHERE c.id = m.claim_id AND c.programme_id = m.programme_id
           AND (m.pool IS NULL OR (m.pool = c.pool AND m.last_pool = c.pool))
        RETURNING c.id, c.unit_id, c.measure, c.party_id, c.issuer_id, c.year, c.pool
    ), counted AS ({_LIMITS.format(claims=_THEIR_CLAIMS)}    ), queued AS (
        INSERT INTO ledger_unsealed (transfer_id) SELECT id FROM s WHERE id IS NOT NULL
    ), moved AS ({_BALANCES}    )
    SELECT CASE WHEN bool_or(stray) THEN 'ledger_posting_with_its_transfer'
                WHEN bool_or(partial) THEN 'ledger_transfer_balanced'
                WHEN bool_or(shut) THEN 'ledger_posting_account_open'
                WHEN bool_or({_WRONG_CLAIM})
                     OR count(DISTINCT claim_id) <> (SELECT count(*) FROM followed) THEN 'ledger_claim_own_pool' END,
           bool_or(mixed), bool_or(answers IS NOT NULL)
      INTO wrong, is_mixed, has_answers
      FROM s;
    END IF;

    IF wrong IS NULL AND is_mixed THEN
        IF EXISTS (SELECT FROM fresh p JOIN ledger_balance b ON b.account_id = p.account_id
                    GROUP BY p.transfer_id, b.unit_id HAVING sum(p.amount) <> 0)
        THEN
            wrong := 'ledger_transfer_balanced';
        END IF;
    END IF;
    -- What a foreign key would say, asked only where there is one; transfers are never deleted.
    IF wrong IS NULL AND has_answers THEN
        IF EXISTS (
            SELECT FROM fresh p JOIN ledger_transfer t ON t.id = p.transfer_id
              LEFT JOIN ledger_transfer o ON o.id = coalesce(t.reverses_id, t.claws_back_id)
                   AND o.programme_id = t.programme_id
             WHERE coalesce(t.reverses_id, t.claws_back_id) IS NOT NULL AND o.id IS NULL)
        THEN
            wrong := 'ledger_transfer_answers';
        END IF;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'check_violation', CONSTRAINT = wrong;
    END IF;
    RETURN NULL;
"""  # noqa: S608  # constants


def applied() -> pgtrigger.Trigger:
    """New postings move balances, claims and limits. See Notes [Who keeps the balances] and [All lines at once].

    A limit counts what claims take out of `available` less what they give back; money that is clawed back goes to
    the treasury and gives no room under a limit.
    """
    return pgtrigger.Trigger(
        name="applied",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="fresh"),
        declare=[
            *((name, "record") for name in ("x", "y")),
            ("wrong", "text"),
            *((name, "text") for name in ("low_pool", "high_pool")),
            *(
                (name, "boolean := false")
                for name in ("is_mixed", "is_stray", "is_shut", "has_first", "has_answers")
            ),
            ("seen", "integer := 0"),
            ("sum_of_all", "numeric := 0"),
            *((name, "bigint") for name in ("last_account", "last_change")),
            *((f"of_{kind}", "bigint := 0") for kind in (AccountKind.AVAILABLE, *CLAIM_STAGES)),
        ],
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
              FROM ledger_transfer t
              JOIN ledger_claim c ON c.id = coalesce(t.claim_id, t.id)
              JOIN ledger_posting p ON p.transfer_id = t.id
              JOIN ledger_account a ON a.id = p.account_id AND a.kind = 'available'
             WHERE (t.kind = 'reserve' OR t.claim_id IS NOT NULL)
               AND c.programme_id = NEW.programme_id AND c.unit_id = NEW.unit_id
               AND NEW.measure IN ('', c.measure) AND NEW.pool IN ('', c.pool)
             GROUP BY 2, 3;
            RETURN NULL;
        """,
    )

"""python -m bench.ledger.race: 64 clients for ten seconds on one budget, one voucher pool, one key; then each of
them again for a few seconds with its guard taken away, which must go wrong."""

from __future__ import annotations

from bench.harness import throw_away

CLIENTS, SECONDS, CONTROL_SECONDS, TRIES = 64, 10.0, 2.0, 10


def main() -> None:
    with throw_away(settings="kaichuang.settings"):
        from tests.ledger import races

        from kaichuang.ledger.operations import seal
        from kaichuang.ledger.queries import verify

        for name, attempt, limited in (
            ("budget", races.on_budget, False),
            ("vouchers", races.on_vouchers, True),
            ("key", races.on_key, False),
        ):
            pool = races.a_pool(limited=limited)
            outcome = races.run(attempt(pool), clients=CLIENTS, seconds=SECONDS)
            assert outcome.promised == races.reserved_in(pool) == races.FUNDS - races.left_in(pool)
            assert races.left_in(pool) >= 0
            assert races.once_each(pool)
            if limited:
                assert outcome.promised <= races.FUNDS // 2
            print(
                f"{name}: {outcome.tries:,} tries, {outcome.promised:,} promised, {races.left_in(pool):,} left: exact",
                flush=True,
            )
        sealed = seal()
        found = verify()
        assert found.sound, found.findings
        print(f"ledger verify: sound, {found.transfers:,} transfers, {sealed:,} sealed", flush=True)
        _controls()


def _controls() -> None:
    """The same races without the guard; a control that finds nothing wrong proves nothing, so it is an error."""
    from tests.ledger import races

    def budget() -> str:
        pool = races.a_pool()
        with races.without_constraint("ledger_balance", "ledger_balance_floor"):
            races.run(races.on_budget_singly(pool), clients=CLIENTS, seconds=CONTROL_SECONDS)
            left = races.left_in(pool)
        return f"{-left:,} fen overspent" if left < 0 else ""

    def vouchers() -> str:
        pool = races.a_pool(limited=True)
        with races.without_constraint("ledger_limit_sum", "ledger_limit_sum_ceiling"):
            outcome = races.run(races.on_vouchers(pool), clients=CLIENTS, seconds=CONTROL_SECONDS)
        over = outcome.promised - races.FUNDS // 2
        return f"{over:,} over the ceiling" if over > 0 else ""

    def key() -> str:
        pool = races.a_pool()
        races.run(races.on_key_racy(pool), clients=CLIENTS, seconds=CONTROL_SECONDS)
        return "" if races.once_each(pool) else "the same request booked more than once"

    for control in (budget, vouchers, key):
        found = next((words for words in (control() for _ in range(TRIES)) if words), "")
        assert found, f"the control for {control.__name__} found nothing wrong"
        print(f"control, {control.__name__} without its guard: {found}", flush=True)


if __name__ == "__main__":
    main()

"""python -m bench.ledger.race: 64 clients for ten seconds on one budget, one voucher pool, one key."""

from __future__ import annotations

from bench.harness import throw_away


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
            outcome = races.run(attempt(pool), clients=64, seconds=10.0)
            assert outcome.promised == races.reserved_in(pool) == races.FUNDS - races.left_in(pool)
            assert races.left_in(pool) >= 0
            assert races.once_each(pool)
            if limited:
                assert outcome.promised <= races.FUNDS // 2
            print(
                f"{name}: {outcome.tries} tries, {outcome.promised} promised, {races.left_in(pool)} left: exact"
            )
        sealed = seal()
        found = verify()
        assert found.sound, found.findings
        print(f"ledger verify: sound, {found.transfers} transfers, {sealed} sealed")


if __name__ == "__main__":
    main()

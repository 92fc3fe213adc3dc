"""Quiet hours: nothing leaves within them, and everything leaves as soon as they end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.notices.enums import Level, MailMode
from kaichuang.notices.models import Preference
from kaichuang.notices.operations.notify import leaves_at
from kaichuang.notices.quiet import CHINA, is_quiet, next_allowed, next_at

moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
clocks = st.times()


@given(moments, clocks, clocks)
def test_it_leaves_outside_quiet_hours_not_before_and_without_needless_delay(
    moment: datetime, begin: time, end: time
) -> None:
    leaves = next_allowed(moment, quiet_from=begin, quiet_until=end)
    assert leaves >= moment
    assert leaves - moment < timedelta(days=1)
    assert not is_quiet(leaves.astimezone(CHINA).time(), quiet_from=begin, quiet_until=end)
    if leaves > moment:
        assert leaves.astimezone(CHINA).time() == end
        assert is_quiet(moment.astimezone(CHINA).time(), quiet_from=begin, quiet_until=end)
        assert next_allowed(leaves, quiet_from=begin, quiet_until=end) == leaves


@given(moments, clocks)
def test_the_next_time_of_a_clock_is_within_a_day(moment: datetime, clock: time) -> None:
    found = next_at(moment, clock)
    assert found.astimezone(CHINA).time() == clock
    assert timedelta() <= found - moment < timedelta(days=1)


@pytest.mark.parametrize(
    ("china", "leaves"),
    [
        ("21:59", "21:59"),
        ("22:00", "07:00+1"),
        ("23:30", "07:00+1"),
        ("00:00", "07:00"),
        ("06:59", "07:00"),
        ("07:00", "07:00"),
        ("12:00", "12:00"),
    ],
)
def test_the_default_is_ten_to_seven_in_china(china: str, leaves: str) -> None:
    def at(clock: str) -> datetime:
        text, _, later = clock.partition("+")
        hour, minute = map(int, text.split(":"))
        return datetime(2026, 3, 2, hour, minute, tzinfo=CHINA) + timedelta(days=int(later or 0))

    assert leaves_at(Preference(), Level.ACTION, at(china)) == at(leaves)
    assert leaves_at(Preference(), Level.URGENT, at(china)) == at(china)


def test_digests_and_silence() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=CHINA)
    daily = Preference(mail=MailMode.DAILY, digest_at=time(8))
    assert leaves_at(daily, Level.INFO, noon) == datetime(2026, 3, 3, 8, tzinfo=CHINA)
    early = Preference(mail=MailMode.DAILY, digest_at=time(6))
    assert leaves_at(early, Level.INFO, noon) == datetime(2026, 3, 3, 7, tzinfo=CHINA), "quiet hours win"
    silent = Preference(mail=MailMode.NONE)
    assert leaves_at(silent, Level.ACTION, noon) is None
    assert leaves_at(silent, Level.URGENT, noon) == noon
    assert not is_quiet(time(3), quiet_from=time(5), quiet_until=time(5)), "equal ends: no quiet hours"

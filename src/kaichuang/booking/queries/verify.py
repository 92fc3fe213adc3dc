"""Recompute every promise of booking from the rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kaichuang.booking.models.booking import HOLDING
from kaichuang.booking.queries.recount import COUNT

_QUOTA = f"""
    SELECT coalesce(used.quota_id, due.quota_id), coalesce(used.party_id, due.party_id),
           coalesce(used.begins_on, due.begins_on), used.used, due.used
      FROM booking_quotause used FULL JOIN ({COUNT}) due USING (quota_id, party_id, begins_on)
     WHERE coalesce(used.used, 0) <> coalesce(due.used, 0)
"""  # noqa: S608  # constants only

CHECKS: dict[str, str] = {
    "overlap": """
        SELECT a.booking_id, b.booking_id, a.resource_id, a.span FROM booking_claim a JOIN booking_claim b
            ON a.resource_id = b.resource_id AND a.id < b.id AND a.is_live AND b.is_live
           AND a.span && b.span AND a.lanes && b.lanes""",
    "claim_state": """
        SELECT claim.booking_id, booking.state FROM booking_claim claim JOIN booking_booking booking
            ON booking.id = claim.booking_id WHERE claim.is_live <> (booking.state = ANY(%(holding)s))""",
    "not_held": """
        WITH RECURSIVE part (booking_id, resource_id) AS (
            SELECT id, resource_id FROM booking_booking WHERE state IN ('pending', 'offered', 'confirmed')
            UNION ALL
            SELECT part.booking_id, below.id FROM part JOIN booking_resource below ON below.whole_id = part.resource_id)
        SELECT booking.id, part.resource_id
          FROM part JOIN booking_booking booking ON booking.id = part.booking_id
          LEFT JOIN booking_claim claim ON claim.booking_id = booking.id AND claim.resource_id = part.resource_id
         WHERE NOT EXISTS (SELECT FROM booking_resource below WHERE below.whole_id = part.resource_id)
         GROUP BY booking.id, part.resource_id
        HAVING coalesce(NOT range_agg(claim.span) @> booking.period, true)""",
    "lanes": """
        SELECT claim.booking_id, claim.lanes FROM booking_claim claim JOIN booking_resource resource
            ON resource.id = claim.resource_id
         WHERE claim.is_live AND upper(claim.span) > now()
           AND NOT claim.lanes <@ int4range(0, resource.capacity)""",
    "quota": _QUOTA,
    "offer": """
        SELECT booking.id, entry.id FROM (SELECT * FROM booking_booking WHERE state = 'offered') booking
          FULL JOIN (SELECT * FROM booking_waitentry WHERE state = 'offered') entry ON entry.offer_id = booking.id
         WHERE booking.id IS NULL OR entry.id IS NULL""",
    "guard": """
        SELECT wanted.name FROM unnest(ARRAY['booking_claim_no_overlap', 'booking_quota_use_within']) wanted (name)
         WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conname = wanted.name AND convalidated)
        UNION ALL
        SELECT wanted.name FROM unnest(ARRAY['pgtrigger_follow_state_%%', 'pgtrigger_one_door_%%']) wanted (name)
         WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE wanted.name AND tgenabled <> 'D'
                              AND tgrelid = 'booking_booking'::regclass)""",
}  # constants only
"""Code → rows that must not be there."""


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    subject: str


@dataclass(frozen=True, slots=True)
class Verification:
    bookings: int
    claims: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


def verify() -> Verification:
    """No two at once, claims follow states, quotas equal their recount, offers and waits agree, guards stand."""
    with connection.cursor() as cursor:
        findings = []
        for code, query in CHECKS.items():
            cursor.execute(query, {"holding": [str(state) for state in HOLDING]})
            findings += [Finding(code, " ".join(map(str, row))) for row in cursor.fetchall()]
        cursor.execute("SELECT (SELECT count(*) FROM booking_booking), (SELECT count(*) FROM booking_claim)")
        bookings, claims = cursor.fetchone()
    return Verification(bookings, claims, tuple(findings))

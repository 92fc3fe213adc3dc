"""The use of quotas, added up from the bookings that count."""

from __future__ import annotations

COUNT = """
SELECT quota.id AS quota_id, booking.party_id,
       date_trunc(quota.period, lower(booking.period) AT TIME ZONE 'Asia/Shanghai')::date AS begins_on,
       sum(CASE quota.unit WHEN 'bookings' THEN 1
           ELSE extract(epoch FROM upper(booking.period) - lower(booking.period))::bigint / 60 END)::bigint AS used
  FROM booking_quota quota
  JOIN booking_resource resource ON resource.programme_id = quota.programme_id
   AND (resource.id = quota.resource_id OR resource.kind = quota.kind)
  JOIN booking_booking booking ON booking.resource_id = resource.id AND booking.counts
 GROUP BY 1, 2, 3
"""
"""What every quota's use should be."""

BEGIN = f"""
INSERT INTO booking_quotause (quota_id, party_id, begins_on, used, ceiling)
SELECT counted.quota_id, party_id, begins_on, used, greatest(used, quota."limit")
  FROM ({COUNT}) counted JOIN booking_quota quota ON quota.id = counted.quota_id
 WHERE counted.quota_id = %s
"""  # noqa: S608  # constants only
"""Count what has been booked already against a new quota; whatever it concerns is locked."""

-- Which of these reservations a limit refuses as it stands, by the numbers `n` that they carry; read without locks.
-- Asked when a call with many transfers broke on a limit, so that the others need not be found by trying halves.
-- What was posted before under its key is not among them: its repetition is answered, not counted.

CREATE FUNCTION ledger_over(request jsonb) RETURNS int[]
LANGUAGE sql STABLE
SET enable_seqscan = off
AS $body$
    SELECT coalesce(array_agg(DISTINCT r.n), '{}')
      FROM jsonb_populate_recordset(NULL::ledger_request, request) r
     CROSS JOIN LATERAL jsonb_array_elements(r.lines) AS e(value)
      JOIN ledger_balance b ON b.account_id = (e.value->>0)::bigint AND b.kind = 'available'
      JOIN ledger_limit l ON l.programme_id = r.programme AND l.unit_id = b.unit_id
           AND l.measure IN ('', coalesce(r.measure, '')) AND l.pool IN ('', b.pool)
      LEFT JOIN ledger_limit_sum s ON s.limit_id = l.id
           AND s.holder = CASE l.dimension WHEN 'party' THEN coalesce(r.party, 0)
                                           WHEN 'issuer' THEN coalesce(r.issuer, 0) ELSE 0 END
           AND s.year = CASE l.period WHEN 'year' THEN coalesce(r.year, extract(year FROM r.at)) ELSE 0 END
     WHERE r.kind = 'reserve'
       AND coalesce(s.total, 0) - (e.value->>1)::bigint > l.ceiling
       AND NOT EXISTS (SELECT FROM ledger_transfer t WHERE t.programme_id = r.programme AND t.key = r.key)
$body$;

-- Extends the hash chain over what is queued and committed; returns how many entries, 0 when another is at work.
-- One round trip after each commit. Each statement in here sees what was committed when it began, so the head is
-- read after the lock has been got, and nobody else can have moved it since.
CREATE FUNCTION journal_seal_queue(most integer, lazily boolean) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    due record;
    place bigint;
    chain bytea;
    sealed integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1262569802) THEN  -- "KAIJ": one sealer at a time
        RETURN 0;
    END IF;
    IF lazily THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    SELECT position, chain_hash INTO place, chain FROM journal_seal ORDER BY position DESC LIMIT 1;
    place := coalesce(place, 0);
    chain := coalesce(chain, ''::bytea);
    -- The queue keeps the number of an entry that has vanished: it is the trace that `verify` finds.
    FOR due IN
        SELECT e.id, e.row_hash FROM journal_unsealed u JOIN journal_entry e ON e.id = u.entry_id
         ORDER BY u.entry_id LIMIT most
    LOOP
        place := place + 1;
        chain := sha256(chain || due.row_hash);
        INSERT INTO journal_seal (position, entry_id, chain_hash) VALUES (place, due.id, chain);
        DELETE FROM journal_unsealed WHERE entry_id = due.id;
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END
$$;

-- What O-PLUX itself says of an event (`pull events`), and what was changed of it there from here.
--
-- * `pulled` holds what no export has: the deadline, the score, every rule with its touch point, the
--   similar events with what they have in common. Score, rules and similar events are JSON: they
--   are read with their event and never searched; rules that fired are among the event's reasons.
-- * `deleted`: taken out of matching (1) or taken back (0); NULL where nothing is known.
-- * `black_buyer`, `black_delivery`: '' where they were taken off the blacklist, else the codes of
--   their categories, separated by a blank; NULL where nothing is known. O-PLUX does not tell, so
--   that this is what was sent from here.

CREATE TABLE pulled (
    event_id      TEXT PRIMARY KEY REFERENCES events (event_id),
    pulled_at     INTEGER NOT NULL,
    deadline      INTEGER,
    manual_reason TEXT,
    score         TEXT,
    rules         TEXT,
    similars      TEXT
) STRICT, WITHOUT ROWID;

ALTER TABLE events ADD COLUMN deleted INTEGER CHECK (deleted IN (0, 1));
ALTER TABLE events ADD COLUMN black_buyer TEXT;
ALTER TABLE events ADD COLUMN black_delivery TEXT;

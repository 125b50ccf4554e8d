-- Fields of events of which O-PLUX may have another value than the store: an update of them was
-- sent from here, and how that ended is not known (yet).
--
-- A row is written before the update leaves, so that a kill leaves it behind, and goes with an answer
-- that says how the field is. Not with an import: a file may be older than the update.
-- * `field` is the name of the column of `events`.
-- * Without REFERENCES: an event that is updated need not be in the store.

CREATE TABLE doubts (
    event_id TEXT NOT NULL,
    field    TEXT NOT NULL,
    PRIMARY KEY (event_id, field)
) STRICT, WITHOUT ROWID;

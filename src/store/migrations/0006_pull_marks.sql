-- How far `pull orders --since-last` has come: of each source (ecforce of one shop) the time from
-- which the next one asks.

CREATE TABLE pull_marks (
    source TEXT PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The store's first shape.
--
-- Why it is like this:
-- * Times are seconds since 1970-01-01 00:00:00 UTC. Texts are as ecforce and O-PLUX write them.
-- * No personal data and no hash of it: there is no column that could take any.
-- * Orders and events have a number of their own (`id`) besides the key that people know: rules
--   point at it in 8 bytes instead of 47, and a full-text index over reasons can be added later
--   without a change of these tables.
-- * Only what was learned is kept. Whether an unknown attempt is settled is asked of the events
--   each time, so that it does not matter how an event came in.
-- * Never edit this file: add the next number.

CREATE TABLE orders (
    id                INTEGER PRIMARY KEY,
    number            TEXT NOT NULL UNIQUE,
    ecforce_id        TEXT,
    created_at        INTEGER,
    channel           TEXT,
    payment_method_id INTEGER,
    payment_method    TEXT,
    total             INTEGER,
    customer_id       TEXT,
    registered        INTEGER,
    purchase_number   INTEGER,
    ad_url_id         INTEGER,
    state             TEXT,
    payment_state     TEXT,
    result            TEXT,
    reason            TEXT
) STRICT;

CREATE INDEX orders_by_time ON orders (created_at, number);

-- A payment history does not make an order: `order_number` need not stand in `orders`.
CREATE TABLE payments (
    order_number   TEXT NOT NULL,
    payment_number TEXT NOT NULL,
    position       INTEGER NOT NULL,
    at             INTEGER,
    amount         INTEGER,
    thanks_offer   INTEGER,
    PRIMARY KEY (order_number, payment_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX payments_by_number ON payments (payment_number);

CREATE TABLE events (
    id                     INTEGER PRIMARY KEY,
    event_id               TEXT NOT NULL UNIQUE,
    merchant_management_id TEXT NOT NULL,
    requested_at           INTEGER,
    service                TEXT NOT NULL,
    model_id               TEXT,
    auto_result            TEXT,
    manual_result          TEXT,
    memo                   TEXT,
    rule_group             TEXT,
    settle_status          TEXT,
    origin                 TEXT NOT NULL CHECK (origin IN ('screen', 'import', 'pull')),
    -- As it was decided when the order was screened from here; NULL where it was not.
    disposition            TEXT CHECK (disposition IN ('create', 'redirect')),
    redirect_url           TEXT,
    forced                 INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1)),
    stored_at              INTEGER NOT NULL,
    CHECK ((disposition IS 'redirect') = (redirect_url IS NOT NULL)),
    CHECK (forced = 0 OR disposition IS 'create')
) STRICT;

CREATE INDEX events_by_number ON events (merchant_management_id, requested_at);
CREATE INDEX events_by_time ON events (requested_at);

CREATE TABLE event_rules (
    event       INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    code        TEXT,
    description TEXT,
    PRIMARY KEY (event, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id            INTEGER PRIMARY KEY,
    order_number  TEXT NOT NULL REFERENCES orders (number),
    service       TEXT NOT NULL,
    -- The name of the lock file that the run holds while it lives.
    run           TEXT NOT NULL,
    began_at      INTEGER NOT NULL,
    rescreen      INTEGER NOT NULL CHECK (rescreen IN (0, 1)),
    -- The event that stays the outcome where this rescreen fails.
    keeps_event   TEXT REFERENCES events (event_id),
    state         TEXT NOT NULL CHECK (state IN ('in-flight', 'screened', 'failed', 'unknown')),
    ended_at      INTEGER,
    event_id      TEXT REFERENCES events (event_id),
    error_code    TEXT,
    error_message TEXT
) STRICT;

CREATE INDEX attempts_by_number ON attempts (order_number);
-- The few that are not settled for good: of a million attempts only these are ever looked for.
CREATE INDEX attempts_by_state ON attempts (state) WHERE state IN ('in-flight', 'unknown');

CREATE TABLE log (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT,
    detail  TEXT
) STRICT;

CREATE INDEX log_by_time ON log (at);

CREATE TRIGGER log_keeps_what_it_says BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_forgets_nothing BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER log_replaces_nothing BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

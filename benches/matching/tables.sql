-- Tables with the columns of the three files, and the keys and indexes of oplux's own
-- (src/store/migrations/0001_start.sql). Not STRICT: `.import` stores an empty cell as ''.
CREATE TABLE orders (
    number            TEXT NOT NULL UNIQUE,
    ecforce_id        TEXT,
    created_at        TEXT,
    channel           TEXT,
    payment_method_id INTEGER,
    total             INTEGER,
    customer_id       TEXT,
    registered        INTEGER,
    purchase_number   INTEGER,
    ad_url_id         INTEGER,
    state             TEXT,
    payment_state     TEXT,
    result            TEXT,
    reason            TEXT
);
CREATE INDEX orders_by_time ON orders (created_at, number);

CREATE TABLE payments (
    order_number   TEXT NOT NULL,
    payment_number TEXT NOT NULL,
    at             TEXT,
    amount         INTEGER,
    thanks_offer   INTEGER,
    PRIMARY KEY (order_number, payment_number)
) WITHOUT ROWID;
CREATE INDEX payments_by_number ON payments (payment_number);

CREATE TABLE events (
    merchant_management_id TEXT NOT NULL,
    event_id               TEXT NOT NULL UNIQUE,
    requested_at           TEXT,
    model_id               TEXT,
    auto_result            TEXT,
    manual_result          TEXT,
    rule_group             TEXT,
    rules                  TEXT,
    reasons                TEXT
);
CREATE INDEX events_by_number ON events (merchant_management_id, requested_at);
CREATE INDEX events_by_time ON events (requested_at);

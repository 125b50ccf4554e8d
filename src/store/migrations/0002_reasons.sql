-- Reasons are kept once each, and orders and events point at them.
--
-- * A shop's rules fire in a few hundred combinations, over and over: a million events then take
--   8 bytes each for their reasons, and the full-text index is over the few hundred.
-- * `rules` is a JSON array of pairs [code, description], as O-PLUX gives them; of an order it is
--   one pair without a code: the text that ecforce shows.
-- * `said` is what `--reason` searches: the descriptions in lower case, one a line. The trigram
--   index finds any part of three characters or more; shorter ones are looked for in `said` itself.
-- * A set that nothing points at any more stays: it costs little, and it may come again.
-- * Orders and events point without REFERENCES: a million rows are imported without as many
--   look-ups, and sets are never deleted.

CREATE TABLE reason_sets (
    id    INTEGER PRIMARY KEY,
    rules TEXT NOT NULL UNIQUE,
    said  TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE reason_search USING fts5 (
    said, content = 'reason_sets', content_rowid = 'id', tokenize = 'trigram'
);

ALTER TABLE events ADD COLUMN reason_set INTEGER;
ALTER TABLE orders ADD COLUMN reason_set INTEGER;

CREATE TEMP TABLE rules_of_events AS
    SELECT event, json_group_array(json_array(code, description) ORDER BY position) AS rules,
           group_concat(lower(coalesce(description, '')), char(10) ORDER BY position) AS said
    FROM event_rules GROUP BY event;

INSERT OR IGNORE INTO reason_sets (rules, said) SELECT rules, said FROM rules_of_events;
INSERT OR IGNORE INTO reason_sets (rules, said)
    SELECT json_array(json_array(NULL, reason)), lower(reason) FROM orders
    WHERE reason IS NOT NULL;
INSERT INTO reason_search (rowid, said) SELECT id, said FROM reason_sets;

UPDATE events SET reason_set = (
    SELECT reason_sets.id FROM rules_of_events
    JOIN reason_sets ON reason_sets.rules = rules_of_events.rules
    WHERE rules_of_events.event = events.id
) WHERE id IN (SELECT event FROM rules_of_events);
UPDATE orders SET reason_set = (
    SELECT id FROM reason_sets WHERE rules = json_array(json_array(NULL, orders.reason))
) WHERE reason IS NOT NULL;

DROP TABLE rules_of_events;
DROP TABLE event_rules;
ALTER TABLE orders DROP COLUMN reason;

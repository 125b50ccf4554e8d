-- 購入オファー, as ecforce words it: an order bought through a thanks offer says so there.
--
-- And reasons are compared as all texts are (`domain/text`: width, waves, minus signs, case): the
-- function `folded` is the program's own, and every connection has it.

ALTER TABLE orders ADD COLUMN offer TEXT;
-- An order is asked for by its 受注ID, too.
CREATE INDEX orders_by_ecforce_id ON orders (ecforce_id) WHERE ecforce_id IS NOT NULL;

UPDATE reason_sets SET said = (
    SELECT coalesce(group_concat(folded(coalesce(json_extract(value, '$[1]'), '')), char(10)
                                 ORDER BY key), '')
    FROM json_each(rules)
);
INSERT INTO reason_search (reason_search) VALUES ('rebuild');

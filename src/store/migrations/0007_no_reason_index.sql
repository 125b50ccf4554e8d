-- Searches look through the sets of reasons themselves: there are a few hundred, and even a million
-- are gone through in a fraction of a second.

DROP TABLE reason_search;

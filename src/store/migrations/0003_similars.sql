-- The similar events of an answer (`similars`): other events that look alike to O-PLUX.
--
-- A JSON array of pairs [event ID, merchant management ID], NULL where none are known: they are
-- read with their event, and O-PLUX gives 20 at most. IDs are no personal data.

ALTER TABLE events ADD COLUMN similars TEXT;

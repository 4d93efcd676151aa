-- The words of a story's passages and of wishes, packed (matching/sketch.py): with them the score of
-- a person who is likely to be listed is known without reading the record. Derived again once.

ALTER TABLE participant
    ADD COLUMN terms bytea NOT NULL DEFAULT '',
    -- Beside the other columns: it is read with them, for hundreds of people at once.
    ALTER COLUMN terms SET STORAGE MAIN;

UPDATE programme SET derived_with = 'nothing' WHERE derived_with IS NOT NULL;

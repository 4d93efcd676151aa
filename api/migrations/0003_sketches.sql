-- What bounds a score without reading a record (matching/sketch.py), and narrow keys where there are
-- dozens of rows a record. Everything is derived again once.

ALTER TABLE offer
    ADD COLUMN week bit(672),           -- quarters of an hour of its schedule; null: unknown
    ADD COLUMN words bit(2048) NOT NULL DEFAULT 0::bit(2048), -- what one does there, a bit a word
    ADD COLUMN place smallint NOT NULL DEFAULT 0; -- where, and whether public transport goes there

ALTER TABLE participant
    ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY, -- a narrow key for what they cover
    ADD COLUMN week bit(672),           -- quarters of an hour they are available; null: unknown
    ADD COLUMN words bit(2048) NOT NULL DEFAULT 0::bit(2048), -- what they would like, a bit a word
    ADD COLUMN place smallint NOT NULL DEFAULT 0, -- home, and means of transport
    ADD UNIQUE (programme_id, number),
    -- Long values are kept apart, so that many sketches fit in a page.
    ALTER COLUMN week SET STORAGE PLAIN,
    ALTER COLUMN words SET STORAGE PLAIN,
    SET (toast_tuple_target = 128);

DROP TABLE offer_concept, participant_concept;

-- What an offer asks for: log-odds that covering the whole concept adds.
CREATE TABLE offer_concept (
    programme_id text NOT NULL,
    concept bigint NOT NULL,            -- the key of its URI (matching/sketch.py)
    offer_id text NOT NULL,
    slope double precision NOT NULL,
    PRIMARY KEY (programme_id, concept, offer_id) INCLUDE (slope),
    FOREIGN KEY (programme_id, offer_id) REFERENCES offer ON DELETE CASCADE
);

CREATE INDEX offer_concept_offer ON offer_concept (programme_id, offer_id);

-- How far a person covers a competence or an occupation, in (0, 1].
CREATE TABLE participant_concept (
    programme_id text NOT NULL,
    concept bigint NOT NULL,            -- the key of its URI (matching/sketch.py)
    number integer NOT NULL,
    coverage double precision NOT NULL,
    PRIMARY KEY (programme_id, concept, number) INCLUDE (coverage),
    FOREIGN KEY (programme_id, number) REFERENCES participant (programme_id, number)
        ON DELETE CASCADE
);

CREATE INDEX participant_concept_participant ON participant_concept (programme_id, number);

UPDATE programme SET derived_with = 'nothing' WHERE derived_with IS NOT NULL;

-- The programme's records, what was read in their texts, what people settled, and every ranking made.
-- Every key begins with the programme, so that the same tables can be spread or parted by it.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE programme (
    programme_id text PRIMARY KEY,
    -- What readings and concepts below were derived with (taxonomy, linker, weights); null: not yet.
    derived_with text
);

INSERT INTO programme (programme_id) VALUES ('default');

CREATE TABLE company (
    programme_id text NOT NULL REFERENCES programme,
    company_id text NOT NULL,
    record jsonb NOT NULL,              -- contract 5.1
    PRIMARY KEY (programme_id, company_id)
);

CREATE TABLE offer (
    programme_id text NOT NULL,
    offer_id text NOT NULL,
    company_id text NOT NULL,
    start_date date NOT NULL,
    record jsonb NOT NULL,              -- contract 5.1
    reading jsonb NOT NULL,             -- what its texts say
    missing_all double precision NOT NULL, -- log-odds taken away from who covers none of its concepts
    PRIMARY KEY (programme_id, offer_id),
    FOREIGN KEY (programme_id, company_id) REFERENCES company
);

CREATE INDEX offer_start_date ON offer (programme_id, start_date);

-- What an offer asks for: log-odds that covering the whole concept adds.
CREATE TABLE offer_concept (
    programme_id text NOT NULL,
    concept_uri text NOT NULL,
    offer_id text NOT NULL,
    slope double precision NOT NULL,
    PRIMARY KEY (programme_id, concept_uri, offer_id) INCLUDE (slope),
    FOREIGN KEY (programme_id, offer_id) REFERENCES offer ON DELETE CASCADE
);

CREATE INDEX offer_concept_offer ON offer_concept (programme_id, offer_id);

CREATE TABLE participant (
    programme_id text NOT NULL REFERENCES programme,
    participant_id text NOT NULL,
    record jsonb NOT NULL,              -- contract 5.1
    reading jsonb NOT NULL,             -- what their texts say
    PRIMARY KEY (programme_id, participant_id)
);

-- How far a person covers a competence or an occupation, in (0, 1].
CREATE TABLE participant_concept (
    programme_id text NOT NULL,
    concept_uri text NOT NULL,
    participant_id text NOT NULL,
    coverage double precision NOT NULL,
    PRIMARY KEY (programme_id, concept_uri, participant_id) INCLUDE (coverage),
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant ON DELETE CASCADE
);

CREATE INDEX participant_concept_participant ON participant_concept (programme_id, participant_id);

-- What people decided of a proposed competence; it outlives the texts it was read in.
CREATE TABLE settled_competence (
    programme_id text NOT NULL,
    participant_id text NOT NULL,
    competence_uri text NOT NULL,
    status text NOT NULL CHECK (status IN ('confirmed', 'rejected')),
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, participant_id, competence_uri),
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant ON DELETE CASCADE
);

-- A record as it was when a ranking used it, kept once under the fingerprint of its content.
CREATE TABLE snapshot (
    programme_id text NOT NULL REFERENCES programme,
    digest text NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (programme_id, digest)
);

CREATE TABLE run (
    programme_id text NOT NULL REFERENCES programme,
    run_id text NOT NULL,
    asked_at timestamptz NOT NULL,
    question jsonb NOT NULL,            -- direction, subject, day, limit
    versions jsonb NOT NULL,            -- model, taxonomy, rules
    inputs jsonb NOT NULL,              -- participant and offer id → snapshot digest
    answer jsonb NOT NULL,              -- items and excluded, as contract 5.3
    PRIMARY KEY (programme_id, run_id)
);

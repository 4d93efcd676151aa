-- ESCO as imported: reference data, the same for every programme (copied to every node where the
-- tables of people are spread). Our own taxonomy is part of the program and is not kept here.

-- The releases imported, in order; the last one is in force.
CREATE TABLE esco_release (
    release_number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text NOT NULL,
    language text NOT NULL,
    digest text NOT NULL,               -- of the content read
    imported_at timestamptz NOT NULL
);

-- Every concept of any release imported: what people confirmed outlives its release.
CREATE TABLE concept (
    concept_uri text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('competence', 'occupation')),
    competence_kind text CHECK (competence_kind IN ('skill', 'knowledge', 'attitude')),
    reuse_level text CHECK (
        reuse_level IN ('transversal', 'cross-sector', 'sector-specific', 'occupation-specific')
    ),
    isco text,                          -- the ISCO-08 unit group of an occupation
    retired_by integer REFERENCES esco_release, -- the release that first lacks it; null: in force
    replaced_by text[] NOT NULL DEFAULT '{}',   -- by what, where ESCO says so
    CHECK ((kind = 'competence') = (competence_kind IS NOT NULL AND reuse_level IS NOT NULL)),
    CHECK ((kind = 'occupation') = (isco IS NOT NULL))
);

-- The words of a concept, in the language it was last imported in.
CREATE TABLE concept_label (
    concept_uri text NOT NULL REFERENCES concept,
    place smallint NOT NULL,            -- 0: the preferred one
    language text NOT NULL,
    role text NOT NULL CHECK (role IN ('preferred', 'alternative', 'hidden')),
    label text NOT NULL,
    PRIMARY KEY (concept_uri, place),
    CHECK ((place = 0) = (role = 'preferred'))
);

-- Which competences stand just above a competence, in the release in force.
CREATE TABLE competence_broader (
    competence_uri text NOT NULL REFERENCES concept,
    broader_uri text NOT NULL REFERENCES concept,
    PRIMARY KEY (competence_uri, broader_uri)
);

-- What an occupation asks for, in the release in force.
CREATE TABLE occupation_competence (
    occupation_uri text NOT NULL REFERENCES concept,
    competence_uri text NOT NULL REFERENCES concept,
    kind text NOT NULL CHECK (kind IN ('essential', 'useful')),
    PRIMARY KEY (occupation_uri, competence_uri)
);

-- Every decision about a competence is kept, the last one counts: who took it, on what ground.
-- `competence_uri` may also be a trade that a text was read to name.

ALTER TABLE settled_competence
    ADD COLUMN decision_number bigint GENERATED ALWAYS AS IDENTITY,
    -- What it rests on, as certifiers grade it; null: not noted, or not a confirmation.
    ADD COLUMN level text CHECK (level IN ('said', 'example', 'shown', 'certified')),
    -- Role and code of who decided, never a name; null: decided before it was noted.
    ADD COLUMN settled_by text,
    ADD CHECK (level IS NULL OR status = 'confirmed'),
    DROP CONSTRAINT settled_competence_status_check,
    ADD CONSTRAINT settled_competence_status_check
        -- unsure: asked and left open; withdrawn: the decision before was taken back
        CHECK (status IN ('confirmed', 'rejected', 'unsure', 'withdrawn')),
    DROP CONSTRAINT settled_competence_pkey,
    ADD PRIMARY KEY (programme_id, participant_id, competence_uri, decision_number);

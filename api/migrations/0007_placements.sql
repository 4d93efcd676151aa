-- The life of a placement, from the proposal to the outcome (matching/placement.py). A step is added,
-- never changed; what the placement row says follows from the steps that stand.

-- How many may be placed under an offer at once, where a row lock finds it.
ALTER TABLE offer
    ADD COLUMN seats integer GENERATED ALWAYS AS ((record ->> 'seats')::integer) STORED;

-- A person who is erased leaves a placement of nobody, which only counts.
CREATE TABLE placement (
    programme_id text NOT NULL,
    placement_id text NOT NULL,
    participant_id text,
    offer_id text NOT NULL,
    run_id text,                        -- the ranking they were chosen from; null: none
    status text NOT NULL CHECK (status IN (
        'proposed', 'accepted', 'interview', 'started', 'suspended', 'ended', 'refused', 'withdrawn'
    )),
    seat integer CHECK (seat >= 1),     -- which of the offer's seats is taken; null: none
    PRIMARY KEY (programme_id, placement_id),
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant
        ON DELETE SET NULL (participant_id),
    FOREIGN KEY (programme_id, offer_id) REFERENCES offer,
    FOREIGN KEY (programme_id, run_id) REFERENCES run ON DELETE SET NULL (run_id),
    -- Whatever the service does, nobody sits on a seat that is taken.
    UNIQUE (programme_id, offer_id, seat)
);

CREATE UNIQUE INDEX placement_open ON placement (programme_id, participant_id, offer_id)
    WHERE status NOT IN ('ended', 'refused', 'withdrawn');
CREATE INDEX placement_participant ON placement (programme_id, participant_id);
CREATE INDEX placement_running ON placement (programme_id, offer_id)
    WHERE status IN ('started', 'suspended');

CREATE TABLE placement_step (
    programme_id text NOT NULL,
    placement_id text NOT NULL,
    number integer NOT NULL,
    action text NOT NULL CHECK (action IN (
        'propose', 'accept', 'refuse', 'interview', 'start', 'suspend', 'resume', 'end', 'undo'
    )),
    side text NOT NULL CHECK (side IN ('participant', 'company', 'programme')),
    day date,                           -- when it happens
    reason text,                        -- why not
    outcome text,                       -- how it went
    override text,                      -- why against a rule or the ranking
    note text NOT NULL,
    taken_by text NOT NULL,             -- role and code, never a name
    taken_at timestamptz NOT NULL,
    overridden text[] NOT NULL,         -- the rules it was taken against
    supersedes integer,                 -- the step that no longer stands
    PRIMARY KEY (programme_id, placement_id, number),
    FOREIGN KEY (programme_id, placement_id) REFERENCES placement ON DELETE CASCADE,
    CHECK ((action = 'undo') = (supersedes IS NOT NULL)),
    CHECK ((action = 'refuse') = (reason IS NOT NULL)),
    CHECK ((action = 'end') = (outcome IS NOT NULL))
);

-- Where a proposal looks for the ranking it comes from.
CREATE INDEX run_subject ON run (programme_id, (question ->> 'subject_id'), asked_at);

-- Seats -----------------------------------------------------------------------------------------------
--
-- Asked by who may not see everybody's placements, so they run as their owner and tell only numbers.

-- A seat that nobody has, or none. The offer's row stays locked: who comes next waits for the answer.
CREATE FUNCTION free_seat(programme text, offer_wanted text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    there integer;
    held integer[];
BEGIN
    SELECT seats INTO there FROM offer
        WHERE programme_id = programme AND offer_id = offer_wanted FOR NO KEY UPDATE;
    SELECT coalesce(array_agg(seat), '{}') INTO held FROM placement
        WHERE programme_id = programme AND offer_id = offer_wanted AND seat IS NOT NULL;
    IF cardinality(held) >= there THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT min(n) FROM generate_series(1, there) AS n WHERE n <> ALL (held));
END
$$;

-- The second wall: no seat beyond those that the offer has.
CREATE FUNCTION seat_must_exist() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM offer
        WHERE programme_id = NEW.programme_id AND offer_id = NEW.offer_id AND seats >= NEW.seat;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the offer has no such seat' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER seat_must_exist_new BEFORE INSERT ON placement
    FOR EACH ROW WHEN (NEW.seat IS NOT NULL) EXECUTE FUNCTION seat_must_exist();
CREATE TRIGGER seat_must_exist BEFORE UPDATE OF seat ON placement
    FOR EACH ROW WHEN (NEW.seat IS NOT NULL AND NEW.seat IS DISTINCT FROM OLD.seat)
    EXECUTE FUNCTION seat_must_exist();

CREATE FUNCTION seats_taken(programme text, offers text[])
RETURNS TABLE (offer_id text, taken integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path FROM CURRENT AS $$
    SELECT placement.offer_id, count(*)::integer FROM placement
    WHERE placement.programme_id = programme AND seat IS NOT NULL
      AND (offers IS NULL OR placement.offer_id = ANY (offers))
    GROUP BY placement.offer_id
$$;

-- The interns whom each company hosts through the programme.
CREATE FUNCTION interns_hosted(programme text)
RETURNS TABLE (company_id text, interns integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path FROM CURRENT AS $$
    SELECT offer.company_id, count(*)::integer
    FROM placement JOIN offer USING (programme_id, offer_id)
    WHERE programme_id = programme AND status IN ('started', 'suspended')
      AND offer.record ->> 'kind' = 'internship'
    GROUP BY offer.company_id
$$;

-- How many placements stand where: figures, for who may see nobody.
CREATE FUNCTION placement_counts() RETURNS TABLE (status text, placements integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path FROM CURRENT AS $$
    SELECT placement.status, count(*)::integer FROM placement
    WHERE programme_id = actor('programme') AND actor('role') IN ('administrator', 'analyst')
    GROUP BY placement.status
$$;

-- Whether a company may know how to reach a person: for the offer it looks at, both said yes, and the
-- person has not taken it back.
CREATE FUNCTION both_said_yes(programme text, person text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (
        SELECT FROM placement JOIN offer USING (programme_id, offer_id)
        WHERE programme_id = programme AND participant_id = person
          AND offer_id = actor('offer') AND company_id = actor('company')
          AND status IN ('accepted', 'interview', 'started', 'suspended')
    )
$$;

-- Who is erased leaves no words behind.
CREATE FUNCTION placement_of_nobody() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE placement_step SET note = ''
        WHERE programme_id = NEW.programme_id AND placement_id = NEW.placement_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER placement_of_nobody AFTER UPDATE OF participant_id ON placement
    FOR EACH ROW WHEN (NEW.participant_id IS NULL) EXECUTE FUNCTION placement_of_nobody();

-- Who sees what ---------------------------------------------------------------------------------------
--
-- A placement follows its person. A company sees those of its own offers, as long as the person agrees
-- to be proposed, or is there.

ALTER TABLE placement ENABLE ROW LEVEL SECURITY;
ALTER TABLE placement_step ENABLE ROW LEVEL SECURITY;

CREATE POLICY kept ON placement
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant') AND EXISTS (
                SELECT FROM participant AS person
                WHERE person.programme_id = placement.programme_id
                  AND person.participant_id = placement.participant_id
            )
            OR (SELECT actor('role')) = 'company' AND EXISTS (
                SELECT FROM offer
                WHERE offer.programme_id = placement.programme_id
                  AND offer.offer_id = placement.offer_id
                  AND offer.company_id = (SELECT actor('company'))
            ) AND (
                status IN ('started', 'suspended') OR EXISTS (
                    SELECT FROM proposal_consent AS consent
                    WHERE consent.programme_id = placement.programme_id
                      AND consent.participant_id = placement.participant_id
                      AND consent.offer_id = placement.offer_id
                )
            )
        )
    );

CREATE POLICY kept ON placement_step
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) IN ('administrator', 'operator', 'participant', 'company')
        AND EXISTS (
            SELECT FROM placement
            WHERE placement.programme_id = placement_step.programme_id
              AND placement.placement_id = placement_step.placement_id
        )
    );

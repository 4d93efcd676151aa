-- The vault of names; what is told to a person about themselves; erasure; an audit that may age.

-- The vault ------------------------------------------------------------------------------------------

-- Name and contacts, sealed by the service with a key that the database never has (api/vault). Its
-- rows show themselves only to a transaction that says whose identity it is about.
CREATE TABLE identity (
    programme_id text NOT NULL,
    participant_id text NOT NULL,
    sealed text NOT NULL,               -- a Fernet token
    PRIMARY KEY (programme_id, participant_id),
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant ON DELETE CASCADE
);

ALTER TABLE identity ENABLE ROW LEVEL SECURITY;

CREATE POLICY kept ON identity
    USING (
        programme_id = (SELECT actor('programme'))
        AND participant_id = (SELECT actor('identity'))
        AND (SELECT actor('role')) IN ('administrator', 'operator', 'participant')
        AND EXISTS (
            SELECT FROM participant AS person
            WHERE person.programme_id = identity.programme_id
              AND person.participant_id = identity.participant_id
        )
    );
CREATE POLICY looked_at ON identity FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND participant_id = (SELECT actor('identity'))
        AND (SELECT actor('role')) = 'company'
        AND agreed_to_be_proposed(programme_id, participant_id)
        AND both_said_yes(programme_id, participant_id)
    );

-- Everything about a person --------------------------------------------------------------------------
--
-- A ranking or an event may concern others too, whom the asker must not see: these functions look
-- past the policies, and give what concerns one person alone, to who may answer for that person.

CREATE FUNCTION answers_for(person text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN EXISTS (
    SELECT FROM participant
    WHERE programme_id = actor('programme') AND participant_id = person
      AND CASE actor('role')
          WHEN 'administrator' THEN true
          WHEN 'operator' THEN organisation_id = actor('organisation')
              AND municipality = ANY (actor('municipalities')::text[])
          WHEN 'participant' THEN participant_id = actor('participant')
          ELSE false
      END
);

CREATE FUNCTION pairs_of(answer jsonb, person text) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN (
    SELECT coalesce(jsonb_agg(pair ORDER BY place), '[]')
    FROM jsonb_array_elements(answer -> 'items' || (answer -> 'excluded'))
        WITH ORDINALITY AS listed (pair, place)
    WHERE pair ->> 'participant_id' = person
);

CREATE FUNCTION rankings_about(person text)
RETURNS TABLE (run_id text, asked_at timestamptz, question jsonb, versions jsonb, pairs jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT run_id, asked_at, question, versions, pairs_of(answer, person)
    FROM run
    WHERE programme_id = actor('programme') AND answers_for(person)
      AND (jsonb_exists(inputs -> 'participants', person)
           OR question @> jsonb_build_object('direction', 'suggest', 'subject_id', person))
    ORDER BY asked_at, run_id
$$;

CREATE FUNCTION events_about(person text)
RETURNS TABLE (at timestamptz, role text, account_id text, action text, object text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT at, role, account_id, action, object
    FROM audit_event
    WHERE programme_id = actor('programme') AND people @> ARRAY[person] AND answers_for(person)
    ORDER BY number
$$;

CREATE FUNCTION accounts_about(person text)
RETURNS TABLE (account_id text, login text, active boolean, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT account_id, login, active, created_at
    FROM account
    WHERE programme_id = actor('programme') AND participant_id = person AND answers_for(person)
    ORDER BY account_id
$$;

-- Erasure --------------------------------------------------------------------------------------------

-- How many people were erased, for the figures of the programme: no date, nobody.
CREATE TABLE erased_people (
    programme_id text NOT NULL REFERENCES programme,
    target text NOT NULL,
    sub_area text NOT NULL,
    people integer NOT NULL,
    PRIMARY KEY (programme_id, target, sub_area)
);

ALTER TABLE erased_people ENABLE ROW LEVEL SECURITY;

CREATE POLICY looked_at ON erased_people FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) IN ('administrator', 'analyst')
    );

-- A saved answer without a person; how many of its pairs have gone so.
CREATE FUNCTION without_person(answer jsonb, person text) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN answer || jsonb_build_object(
    'items', (
        SELECT coalesce(jsonb_agg(pair ORDER BY place), '[]')
        FROM jsonb_array_elements(answer -> 'items') WITH ORDINALITY AS listed (pair, place)
        WHERE pair ->> 'participant_id' <> person
    ),
    'excluded', (
        SELECT coalesce(jsonb_agg(pair ORDER BY place), '[]')
        FROM jsonb_array_elements(answer -> 'excluded') WITH ORDINALITY AS listed (pair, place)
        WHERE pair ->> 'participant_id' <> person
    ),
    'erased', coalesce((answer ->> 'erased')::integer, 0)
        + jsonb_array_length(pairs_of(answer, person))
);

-- Take a person out of everything but the audit; how much of each was there. What refers to the
-- person with a foreign key goes with the row of the person.
CREATE FUNCTION erase_person(programme text, person text, area text) RETURNS jsonb
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    counts jsonb;
BEGIN
    -- The same as who writes records holds (matching/store.py); then no ranking is saved meanwhile.
    PERFORM pg_advisory_xact_lock(hashtextextended('cantiere writers of ' || programme, 0));
    LOCK TABLE snapshot, run IN EXCLUSIVE MODE;
    SELECT jsonb_build_object(
        'records', (SELECT count(*) FROM participant
            WHERE programme_id = programme AND participant_id = person),
        'identities', (SELECT count(*) FROM identity
            WHERE programme_id = programme AND participant_id = person),
        'inferences', (SELECT count(*) FROM participant_concept JOIN participant
            USING (programme_id, number)
            WHERE programme_id = programme AND participant_id = person),
        'decisions', (SELECT count(*) FROM settled_competence
            WHERE programme_id = programme AND participant_id = person),
        'consents', (SELECT count(*) FROM proposal_consent
            WHERE programme_id = programme AND participant_id = person),
        'accounts', (SELECT count(*) FROM account
            WHERE programme_id = programme AND participant_id = person),
        'copies', (SELECT count(*) FROM snapshot
            WHERE programme_id = programme AND participant_id = person),
        'rankings', (SELECT count(*) FROM run WHERE programme_id = programme
            AND (jsonb_exists(inputs -> 'participants', person)
                 OR question @> jsonb_build_object('direction', 'suggest', 'subject_id', person)))
    ) INTO counts;

    INSERT INTO erased_people AS e (programme_id, target, sub_area, people)
        SELECT programme, record ->> 'target', area, 1 FROM participant
        WHERE programme_id = programme AND participant_id = person
        ON CONFLICT (programme_id, target, sub_area) DO UPDATE SET people = e.people + 1;
    -- Fingerprints of who signed in, and what was made under a key.
    DELETE FROM sign_in_failure USING account
        WHERE account.programme_id = programme AND account.participant_id = person
          AND subject = sha256(convert_to('login ' || login, 'UTF8'));
    DELETE FROM request_window USING account
        WHERE account.programme_id = programme AND account.participant_id = person
          AND subject = sha256(convert_to('account ' || account_id, 'UTF8'));
    DELETE FROM idempotency_key WHERE programme_id = programme AND (
        resource_id = person OR resource_id IN (
            SELECT account_id FROM account
            WHERE programme_id = programme AND participant_id = person
        )
    );
    -- A placement stays, of nobody (migration 0007): the person's own steps lose their account.
    UPDATE placement_step SET taken_by = 'participant' FROM placement
        WHERE placement.programme_id = programme AND placement.participant_id = person
          AND placement_step.programme_id = programme
          AND placement_step.placement_id = placement.placement_id
          AND taken_by LIKE 'participant %';
    DELETE FROM participant WHERE programme_id = programme AND participant_id = person;
    DELETE FROM snapshot WHERE programme_id = programme AND participant_id = person;
    -- Offers for the person: the day, the versions and how many pairs remain. People for an offer:
    -- the others remain as they were.
    UPDATE run SET
        question = jsonb_set(question, '{subject_id}', '""'),
        inputs = '{"participants": {}, "offers": {}}',
        answer = without_person(answer, person)
        WHERE programme_id = programme
          AND question @> jsonb_build_object('direction', 'suggest', 'subject_id', person);
    UPDATE run SET
        inputs = inputs #- ARRAY['participants', person],
        answer = without_person(answer, person)
        WHERE programme_id = programme AND jsonb_exists(inputs -> 'participants', person);
    RETURN counts;
END
$$;

REVOKE EXECUTE ON FUNCTION erase_person FROM PUBLIC;

-- The same for the service: the administrator, and the operator whose case it is.
CREATE FUNCTION erase_case(person text, area text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF actor('role') IS DISTINCT FROM 'administrator'
       AND NOT (actor('role') = 'operator' AND answers_for(person)) THEN
        RAISE EXCEPTION 'not a case of the caller' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN erase_person(actor('programme'), person, area);
END
$$;

-- Ageing ---------------------------------------------------------------------------------------------

-- The last day on which something was done about a person, as far as a retention run has noted it.
ALTER TABLE participant ADD COLUMN active_on date NOT NULL DEFAULT current_date;

-- Up to which event the audit was let go, and its fingerprint: the chain goes on from there.
CREATE TABLE audit_anchor (
    programme_id text NOT NULL REFERENCES programme,
    number bigint NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (programme_id, number)
);

ALTER TABLE audit_anchor ENABLE ROW LEVEL SECURITY;

CREATE POLICY looked_at ON audit_anchor FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'administrator'
    );

-- Nobody shortens the audit by less than six months (AI Act, article 26), nor to nothing.
CREATE FUNCTION audit_anchor_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_event
        WHERE programme_id = NEW.programme_id AND number = NEW.number AND digest = NEW.digest
    ) OR NOT EXISTS (
        SELECT FROM audit_event WHERE programme_id = NEW.programme_id AND number > NEW.number
    ) OR EXISTS (
        SELECT FROM audit_event
        WHERE programme_id = NEW.programme_id AND number <= NEW.number
          AND at > clock_timestamp() - interval '6 months'
    ) THEN
        RAISE EXCEPTION 'the audit is kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_anchor_check BEFORE INSERT ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_anchor_check();
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_all BEFORE TRUNCATE ON audit_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Events still change never; they go only if they stand before an anchor.
CREATE FUNCTION audit_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audit_anchor
        WHERE programme_id = OLD.programme_id AND number >= OLD.number
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

DROP TRIGGER audit_refuse ON audit_event;
CREATE TRIGGER audit_refuse BEFORE UPDATE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_let_go BEFORE DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_let_go();

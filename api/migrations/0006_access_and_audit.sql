-- Who may see what, kept by the database itself; accounts and their keys; the audit.
--
-- The service works as a role that owns none of these tables, so the policies below bind it. Each of
-- its transactions says who acts (SET LOCAL cantiere.role and the others): without that it sees
-- nothing. Who owns the tables, as the commands do, is bound by no policy.

CREATE FUNCTION actor(what text) RETURNS text LANGUAGE sql STABLE
RETURN nullif(current_setting('cantiere.' || what, true), '');

-- Partner organisations, and whose case a person is -------------------------------------------------

CREATE TABLE organisation (
    programme_id text NOT NULL REFERENCES programme,
    organisation_id text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (programme_id, organisation_id)
);

-- Who adds a person through the service takes them in charge; null: nobody has yet.
ALTER TABLE participant
    ADD COLUMN organisation_id text DEFAULT actor('organisation'),
    ADD COLUMN municipality text GENERATED ALWAYS AS (record ->> 'municipality') STORED,
    ADD FOREIGN KEY (programme_id, organisation_id) REFERENCES organisation;

-- What the policies ask of a person, without reading the record.
CREATE INDEX participant_charge ON participant (programme_id, number)
    INCLUDE (participant_id, organisation_id, municipality);

-- Whose record a snapshot holds; null: an offer's.
ALTER TABLE snapshot ADD COLUMN participant_id text GENERATED ALWAYS AS (
    CASE WHEN jsonb_exists(content, 'settled') THEN content #>> '{record,id}' END
) STORED;

-- The offers that a person agreed to be proposed for; taking it back deletes the row.
CREATE TABLE proposal_consent (
    programme_id text NOT NULL,
    participant_id text NOT NULL,
    offer_id text NOT NULL,
    given_at timestamptz NOT NULL,
    given_by text NOT NULL,             -- account
    PRIMARY KEY (programme_id, participant_id, offer_id),
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant ON DELETE CASCADE,
    FOREIGN KEY (programme_id, offer_id) REFERENCES offer ON DELETE CASCADE
);

CREATE INDEX proposal_consent_offer ON proposal_consent (programme_id, offer_id);

-- Accounts -------------------------------------------------------------------------------------------

CREATE TABLE account (
    programme_id text NOT NULL REFERENCES programme,
    account_id text NOT NULL,
    login text NOT NULL,
    role text NOT NULL CHECK (
        role IN ('administrator', 'operator', 'company', 'participant', 'analyst')
    ),
    organisation_id text,
    sub_areas text[] NOT NULL DEFAULT '{}',
    company_id text,
    participant_id text,
    password_hash text,                 -- argon2; null: not activated yet
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, account_id),
    UNIQUE (programme_id, login),
    FOREIGN KEY (programme_id, organisation_id) REFERENCES organisation,
    FOREIGN KEY (programme_id, company_id) REFERENCES company,
    FOREIGN KEY (programme_id, participant_id) REFERENCES participant ON DELETE CASCADE,
    CHECK ((role = 'operator') = (organisation_id IS NOT NULL)),
    CHECK ((role = 'operator') = (sub_areas <> '{}')),
    CHECK ((role = 'company') = (company_id IS NOT NULL)),
    CHECK ((role = 'participant') = (participant_id IS NOT NULL))
);

-- What opens an account: tokens of programs, one-time activation codes; only their fingerprints.
CREATE TABLE credential (
    programme_id text NOT NULL,
    digest bytea NOT NULL,              -- SHA-256
    kind text NOT NULL CHECK (kind IN ('token', 'activation')),
    account_id text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, digest),
    FOREIGN KEY (programme_id, account_id) REFERENCES account ON DELETE CASCADE
);

CREATE INDEX credential_account ON credential (programme_id, account_id);

-- Sign-ins that failed, by the fingerprint of the login or of the address.
CREATE TABLE sign_in_failure (
    programme_id text NOT NULL REFERENCES programme,
    subject bytea NOT NULL,
    failed_at timestamptz NOT NULL
);

CREATE INDEX sign_in_failure_subject ON sign_in_failure (programme_id, subject, failed_at);

-- Requests of each caller in the minute that is running; nothing is lost if it is.
CREATE UNLOGGED TABLE request_window (
    programme_id text NOT NULL,
    subject bytea NOT NULL,
    minute bigint NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (programme_id, subject)
);

-- What was made under an idempotency key.
CREATE TABLE idempotency_key (
    programme_id text NOT NULL,
    account_id text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,         -- of method, path and body
    resource_id text NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, account_id, key),
    FOREIGN KEY (programme_id, account_id) REFERENCES account ON DELETE CASCADE
);

-- The audit ------------------------------------------------------------------------------------------

-- Who did or saw what, in one chain for each programme: each row holds the fingerprint of the one
-- before. Written by anybody who acts, changed by nobody.
CREATE TABLE audit_event (
    programme_id text NOT NULL REFERENCES programme,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    account_id text NOT NULL,           -- empty: nobody signed in
    role text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,               -- id of what was acted upon
    people text[] NOT NULL,             -- participants it showed or concerned
    details text NOT NULL,              -- JSON, kept as it was written
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (programme_id, number)
);

CREATE INDEX audit_event_people ON audit_event USING gin (people);

-- The fingerprint of an event: SHA-256 of its fields, a line each (api/audit/chain.py does the same).
CREATE FUNCTION audit_digest(event audit_event) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(convert_to(concat_ws(
    chr(10),
    encode(event.previous, 'hex'),
    event.programme_id,
    event.number,
    to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    event.account_id,
    event.role,
    event.action,
    event.object,
    array_to_string(event.people, ' '),
    event.details
), 'UTF8'));

CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
    -- Held until the end of the transaction: the chain has one end.
    PERFORM pg_advisory_xact_lock(hashtextextended('cantiere audit of ' || NEW.programme_id, 0));
    SELECT number + 1, digest INTO NEW.number, NEW.previous FROM audit_event
        WHERE programme_id = NEW.programme_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(NEW.number, 1);
    NEW.previous := coalesce(NEW.previous, '');
    NEW.digest := audit_digest(NEW);
    RETURN NEW;
END
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_append BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_append();
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_all BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Who sees what --------------------------------------------------------------------------------------
--
-- `(SELECT actor(…))` is asked once a statement, not once a row. The administrator stands first in
-- each policy, so that for them no other row is looked up.

ALTER TABLE organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE company ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer_concept ENABLE ROW LEVEL SECURITY;
ALTER TABLE participant ENABLE ROW LEVEL SECURITY;
ALTER TABLE participant_concept ENABLE ROW LEVEL SECURITY;
ALTER TABLE settled_competence ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE snapshot ENABLE ROW LEVEL SECURITY;
ALTER TABLE run ENABLE ROW LEVEL SECURITY;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_failure ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_window ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;

CREATE POLICY looked_at ON organisation FOR SELECT
    USING (programme_id = (SELECT actor('programme')));
CREATE POLICY kept ON organisation
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'administrator'
    );

-- Companies and offers: for operators and people to look at; a company has eyes for its own only.

CREATE POLICY looked_at ON company FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) IN ('administrator', 'operator', 'participant')
    );
CREATE POLICY kept ON company
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) IN ('administrator', 'operator')
            OR (SELECT actor('role')) = 'company' AND company_id = (SELECT actor('company'))
        )
    );

CREATE POLICY looked_at ON offer FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) IN ('administrator', 'operator', 'participant')
    );
CREATE POLICY kept ON offer
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) IN ('administrator', 'operator')
            OR (SELECT actor('role')) = 'company' AND company_id = (SELECT actor('company'))
        )
    );

CREATE POLICY looked_at ON offer_concept FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) IN ('administrator', 'operator', 'participant')
    );
CREATE POLICY kept ON offer_concept
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) IN ('administrator', 'operator')
            OR (SELECT actor('role')) = 'company' AND EXISTS (
                SELECT FROM offer
                WHERE offer.programme_id = offer_concept.programme_id
                  AND offer.offer_id = offer_concept.offer_id
                  AND offer.company_id = (SELECT actor('company'))
            )
        )
    );

-- People: an operator's own cases; a person themselves; for a company, only while it looks at one of
-- its offers (cantiere.offer), those who agreed to be proposed for it.

CREATE FUNCTION agreed_to_be_proposed(programme text, person text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
RETURN EXISTS (
    SELECT FROM proposal_consent JOIN offer USING (programme_id, offer_id)
    WHERE programme_id = programme AND participant_id = person
      AND offer_id = actor('offer') AND company_id = actor('company')
);

CREATE POLICY looked_at ON participant FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'participant'
                AND participant_id = (SELECT actor('participant'))
            OR (SELECT actor('role')) = 'company' AND (SELECT actor('offer')) IS NOT NULL
                AND agreed_to_be_proposed(programme_id, participant_id)
        )
    );
CREATE POLICY kept ON participant
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) = 'operator'
                AND organisation_id = (SELECT actor('organisation'))
                AND municipality = ANY ((SELECT actor('municipalities'))::text[])
        )
    );

-- What hangs on a person follows the person.

CREATE POLICY looked_at ON participant_concept FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'company'
        AND EXISTS (
            SELECT FROM participant AS person
            WHERE person.programme_id = participant_concept.programme_id
              AND person.number = participant_concept.number
        )
    );
CREATE POLICY kept ON participant_concept
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant') AND EXISTS (
                SELECT FROM participant AS person
                WHERE person.programme_id = participant_concept.programme_id
                  AND person.number = participant_concept.number
            )
        )
    );

CREATE POLICY looked_at ON settled_competence FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'company'
        AND EXISTS (
            SELECT FROM participant AS person
            WHERE person.programme_id = settled_competence.programme_id
              AND person.participant_id = settled_competence.participant_id
        )
    );
CREATE POLICY kept ON settled_competence
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant') AND EXISTS (
                SELECT FROM participant AS person
                WHERE person.programme_id = settled_competence.programme_id
                  AND person.participant_id = settled_competence.participant_id
            )
        )
    );

CREATE POLICY kept ON proposal_consent
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant') AND EXISTS (
                SELECT FROM participant AS person
                WHERE person.programme_id = proposal_consent.programme_id
                  AND person.participant_id = proposal_consent.participant_id
            )
        )
    );
CREATE POLICY looked_at ON proposal_consent FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'company'
        AND EXISTS (
            SELECT FROM offer
            WHERE offer.programme_id = proposal_consent.programme_id
              AND offer.offer_id = proposal_consent.offer_id
              AND offer.company_id = (SELECT actor('company'))
        )
    );

-- Runs: a ranking is in reach of who may see everybody in it. Companies write theirs and read none.

CREATE FUNCTION run_in_reach(programme text, question jsonb, inputs jsonb) RETURNS boolean
LANGUAGE sql STABLE
RETURN CASE question ->> 'direction'
    WHEN 'suggest' THEN EXISTS (
        SELECT FROM participant AS person
        WHERE person.programme_id = programme AND person.participant_id = question ->> 'subject_id'
    )
    ELSE EXISTS (
        SELECT FROM offer
        WHERE offer.programme_id = programme AND offer.offer_id = question ->> 'subject_id'
    )
END AND NOT EXISTS (
    SELECT FROM jsonb_object_keys(inputs -> 'participants') AS used (id)
    WHERE NOT EXISTS (
        SELECT FROM participant AS person
        WHERE person.programme_id = programme AND person.participant_id = used.id
    )
);

CREATE POLICY added ON run FOR INSERT
    WITH CHECK (
        programme_id = (SELECT actor('programme'))
        AND run_in_reach(programme_id, question, inputs)
    );
CREATE POLICY looked_at ON run FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant')
                AND run_in_reach(programme_id, question, inputs)
        )
    );

CREATE POLICY added ON snapshot FOR INSERT
    WITH CHECK (programme_id = (SELECT actor('programme')));
CREATE POLICY looked_at ON snapshot FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) = 'administrator'
            OR (SELECT actor('role')) IN ('operator', 'participant') AND (
                participant_id IS NULL OR EXISTS (
                    SELECT FROM participant AS person
                    WHERE person.programme_id = snapshot.programme_id
                      AND person.participant_id = snapshot.participant_id
                )
            )
        )
    );

-- Accounts: one's own; all of them for the administrator and, while somebody signs in, for the gate.

CREATE POLICY kept ON account
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) IN ('administrator', 'gate')
            OR account_id = (SELECT actor('account'))
        )
    );
CREATE POLICY kept ON credential
    USING (
        programme_id = (SELECT actor('programme'))
        AND (
            (SELECT actor('role')) IN ('administrator', 'gate')
            OR account_id = (SELECT actor('account'))
        )
    );
CREATE POLICY kept ON sign_in_failure
    USING (programme_id = (SELECT actor('programme')) AND (SELECT actor('role')) = 'gate');
CREATE POLICY kept ON request_window
    USING (programme_id = (SELECT actor('programme')) AND (SELECT actor('role')) = 'gate');
CREATE POLICY kept ON idempotency_key
    USING (
        programme_id = (SELECT actor('programme')) AND account_id = (SELECT actor('account'))
    );

CREATE POLICY added ON audit_event FOR INSERT
    WITH CHECK (
        programme_id = (SELECT actor('programme'))
        AND role = (SELECT actor('role'))
        AND account_id = coalesce((SELECT actor('account')), '')
    );
CREATE POLICY looked_at ON audit_event FOR SELECT
    USING (
        programme_id = (SELECT actor('programme'))
        AND (SELECT actor('role')) = 'administrator'
    );

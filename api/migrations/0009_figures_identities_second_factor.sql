-- Figures about people that name nobody; identities of an external issuer; second factors.

-- How many people there are: all, of each target, in each part of the territory. Who reads figures
-- sees no person, so the owner of the tables counts for them, and gives out nothing that would point
-- at few. A count below 5 is null, and so is the next one up while those that are null add up to
-- less than 5: nothing can be had by subtracting from the whole.
CREATE FUNCTION people_figures(areas jsonb)    -- by municipality
RETURNS TABLE (split text, name text, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH cell AS (
        SELECT part.split, part.name, count(*) AS people
        FROM participant CROSS JOIN LATERAL (
            VALUES ('all', ''), ('target', record ->> 'target'), ('sub_area', areas ->> municipality)
        ) AS part (split, name)
        WHERE programme_id = actor('programme') AND actor('role') IN ('administrator', 'analyst')
        GROUP BY part.split, part.name
    ), added_up AS (
        SELECT cell.*, sum(cell.people) OVER (
            PARTITION BY cell.split ORDER BY cell.people, cell.name
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS smaller
        FROM cell
    )
    SELECT added_up.split, added_up.name,
           CASE WHEN added_up.people >= 5 AND coalesce(smaller, 5) >= 5 THEN added_up.people END
    FROM added_up
$$;

-- The offers that are open on a day, and their seats, in each part of the territory.
CREATE FUNCTION offer_figures(areas jsonb, day date)
RETURNS TABLE (name text, offers bigint, seats bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT areas ->> (record ->> 'municipality'), count(*), sum((record ->> 'seats')::bigint)
    FROM offer
    WHERE programme_id = actor('programme') AND actor('role') IN ('administrator', 'analyst')
      AND (record ->> 'start_date')::date >= day
    GROUP BY 1
$$;

ALTER TABLE account
    -- Who somebody is for the external issuer (SHA-256 of issuer and subject); linked by the
    -- administrator, never by itself.
    ADD COLUMN identity bytea,
    -- The secret of one-time codes, sealed with the key of the environment; null: none.
    ADD COLUMN second_factor bytea,
    -- Asked for at sign-in: only once the first code was given.
    ADD COLUMN second_factor_on boolean NOT NULL DEFAULT false,
    -- The last half minute whose code was used: no code is good twice.
    ADD COLUMN last_code_step bigint NOT NULL DEFAULT 0,
    ADD UNIQUE (programme_id, identity),
    ADD CHECK (second_factor IS NOT NULL OR NOT second_factor_on);

-- Sign-ins that were sent to the external issuer and are not back yet: the fingerprint of the secret
-- that whoever began has kept; state, nonce and verifier follow from it.
CREATE TABLE pending_sign_in (
    programme_id text NOT NULL REFERENCES programme,
    digest bytea NOT NULL,              -- SHA-256
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (programme_id, digest)
);

ALTER TABLE pending_sign_in ENABLE ROW LEVEL SECURITY;

CREATE POLICY kept ON pending_sign_in
    USING (programme_id = (SELECT actor('programme')) AND (SELECT actor('role')) = 'gate');

-- What the system says of an application, a key and a domain to sign in with.

-- An application of one's own is approved at once, a partner's waits for the platform. How much it may ask
-- of the API follows from the business's plan.
CREATE FUNCTION auth.admit_client() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.rate_limit_plan_id IS NULL THEN
        SELECT l.id INTO NEW.rate_limit_plan_id FROM platform.rate_limit_plans l LEFT JOIN businesses.businesses b ON b.id = NEW.business_id
        ORDER BY (l.key = b.plan) IS TRUE DESC, l.points_per_second, l.id LIMIT 1;
    END IF;
    IF NEW.kind = 'internal' AND NEW.status = 'pending' THEN
        NEW.status := 'approved';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auth.admit_client() OWNER TO thorbis_definer;
CREATE TRIGGER j_admit_client BEFORE INSERT ON auth.api_clients FOR EACH ROW EXECUTE FUNCTION auth.admit_client();

-- An approved application that claims to be of another kind would be approved by that alone.
CREATE FUNCTION auth.keep_client_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() IS NOT NULL AND OLD.status = 'approved' AND NEW.kind <> 'internal' THEN
        PERFORM platform.refuse('kind', 'stays internal; register an application of the other kind.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_keep_client_kind BEFORE UPDATE ON auth.api_clients FOR EACH ROW
    WHEN (OLD.kind = 'internal' AND NEW.kind <> OLD.kind) EXECUTE FUNCTION auth.keep_client_kind();
CALL platform.stamp_states('auth.api_clients', 'status', '{"approved": {"approved_at": "coalesce(NEW.approved_at, now())"}}');
CALL platform.stamp_states('auth.api_keys', 'status', '{"revoked": {"revoked_at": "now()"}}');

-- A domain to sign in with is one the business has proved; it is as verified as that.
CREATE FUNCTION auth.take_domain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT d.hostname, CASE WHEN d.status = 'verified' THEN d.verified_at END INTO NEW.domain, NEW.verified_at
    FROM businesses.domains d WHERE d.business_id = NEW.business_id AND d.id = NEW.verified_domain_id;
    IF NEW.domain IS NULL THEN
        PERFORM platform.refuse('verified_domain_id', 'must be a domain of the business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auth.take_domain() OWNER TO thorbis_definer;
CREATE TRIGGER j_take_domain BEFORE INSERT OR UPDATE ON auth.sso_domains FOR EACH ROW EXECUTE FUNCTION auth.take_domain();

CREATE FUNCTION auth.follow_domain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE auth.sso_domains s SET domain = NEW.hostname WHERE s.business_id = NEW.business_id AND s.verified_domain_id = NEW.id;
    RETURN NULL;
END $$;
ALTER FUNCTION auth.follow_domain() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_domain AFTER UPDATE OF status, hostname, verified_at ON businesses.domains FOR EACH ROW
    WHEN ((OLD.status, OLD.hostname, OLD.verified_at) IS DISTINCT FROM (NEW.status, NEW.hostname, NEW.verified_at)) EXECUTE FUNCTION auth.follow_domain();
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('auth.sso_domains', 'domain', '{businesses.domains}', '(SELECT d.hostname FROM businesses.domains d WHERE d.business_id = p.business_id AND d.id = p.verified_domain_id)'),
    ('auth.sso_domains', 'verified_at', '{businesses.domains}',
        '(SELECT CASE WHEN d.status = ''verified'' THEN d.verified_at END FROM businesses.domains d WHERE d.business_id = p.business_id AND d.id = p.verified_domain_id)');

-- A key reaches no further than its application asked for, and works while that is approved.
CREATE FUNCTION auth.limit_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    client auth.api_clients;
BEGIN
    SELECT * INTO client FROM auth.api_clients c WHERE c.business_id = NEW.business_id AND c.id = NEW.api_client_id;
    IF client.status IN ('suspended', 'revoked') THEN
        PERFORM platform.refuse('api_client_id', 'must be an application that is not suspended or revoked.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF client.requested_scopes <> '{}' AND EXISTS (SELECT FROM unnest(NEW.scopes) AS s (scope)
        WHERE NOT client.requested_scopes && ARRAY[s.scope, split_part(split_part(s.scope, ':', 1), '.', 1) || ':' || split_part(s.scope, ':', 2), '*:' || split_part(s.scope, ':', 2)])
    THEN
        PERFORM platform.refuse('scopes', 'must be within the scopes the application asked for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auth.limit_key() OWNER TO thorbis_definer;
CREATE TRIGGER j_limit_key BEFORE INSERT OR UPDATE OF scopes, api_client_id ON auth.api_keys FOR EACH ROW
    WHEN (NEW.api_client_id IS NOT NULL) EXECUTE FUNCTION auth.limit_key();

-- With an application its keys end.
CREATE FUNCTION auth.end_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE auth.api_keys k SET status = 'revoked', revoked_reason = coalesce(k.revoked_reason, 'The application was revoked.')
    WHERE k.business_id = NEW.business_id AND k.api_client_id = NEW.id AND k.status IN ('active', 'rotating');
    RETURN NULL;
END $$;
ALTER FUNCTION auth.end_keys() OWNER TO thorbis_definer;
CREATE TRIGGER y_end_keys AFTER UPDATE OF status ON auth.api_clients FOR EACH ROW
    WHEN (OLD.status <> 'revoked' AND NEW.status = 'revoked') EXECUTE FUNCTION auth.end_keys();

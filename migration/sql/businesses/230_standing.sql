-- What follows when a business, a module, a domain, a bank account or an owner changes its standing.

CALL platform.stamp_states('businesses.businesses', 'status', '{"cancelled": {"closed_at": "now()"}, "active": {"closed_at": "NULL"}}');
CALL platform.stamp_states('businesses.business_modules', 'status', '{
    "trial": {"trial_ends_at": "now() + interval ''30 days''", "disabled_at": "NULL"},
    "enabled": {"enabled_at": "now()", "trial_ends_at": "NULL", "disabled_at": "NULL"}, "disabled": {"disabled_at": "now()"}}');
CREATE TRIGGER b_timezone BEFORE INSERT OR UPDATE OF timezone ON businesses.locations FOR EACH ROW EXECUTE FUNCTION businesses.check_timezone();

-- A module that a plan or an agreement withholds is not switched on. A business without any say about the
-- module, such as one of the time before there were plans, may have it.
CREATE FUNCTION businesses.check_module() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM billing.entitlements e JOIN billing.features f ON f.id = e.feature_id
            WHERE e.business_id = NEW.business_id AND f.key = 'module_' || NEW.module AND e.valid_from <= now()
                AND (e.valid_until IS NULL OR e.valid_until > now()) HAVING count(*) > 0 AND NOT bool_or(e.is_enabled))
    THEN
        PERFORM platform.refuse('module', 'is not part of the business''s plan.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION businesses.check_module() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_module BEFORE INSERT OR UPDATE OF status, module ON businesses.business_modules FOR EACH ROW
    WHEN (NEW.status = 'enabled') EXECUTE FUNCTION businesses.check_module();

-- A domain is proved by a record in its zone, which only the system looks up. Another name needs another proof.
CREATE FUNCTION businesses.claim_domain() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.verification_record := 'verification=' || replace(gen_random_uuid()::text, '-', '');
        RETURN NEW;
    END IF;
    IF NEW.hostname IS DISTINCT FROM OLD.hostname THEN
        NEW.verification_record := 'verification=' || replace(gen_random_uuid()::text, '-', '');
        NEW.verified_at := NULL;
        NEW.certificate_expires_at := NULL;
        NEW.status := 'pending';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_claim_domain BEFORE INSERT OR UPDATE ON businesses.domains FOR EACH ROW EXECUTE FUNCTION businesses.claim_domain();
CALL platform.stamp_states('businesses.domains', 'status', '{
    "verified": {"verified_at": "now()", "last_checked_at": "now()"}, "failed": {"last_checked_at": "now()", "verified_at": "NULL"},
    "pending": {"verified_at": "NULL"}, "revoked": {"verified_at": "NULL"}}');
COMMENT ON COLUMN businesses.domains.verification_record IS 'The TXT record that proves the domain; made by the system.';

-- A bank account whose number changes is another account: it is verified anew.
CREATE FUNCTION businesses.reopen_bank_account() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'verified' THEN
        NEW.status := 'pending';
    END IF;
    NEW.verified_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER m_reopen_bank_account BEFORE UPDATE ON businesses.bank_accounts FOR EACH ROW
    WHEN ((OLD.account_number_encrypted, OLD.routing_number_encrypted) IS DISTINCT FROM (NEW.account_number_encrypted, NEW.routing_number_encrypted))
    EXECUTE FUNCTION businesses.reopen_bank_account();
CALL platform.stamp_states('businesses.bank_accounts', 'status', '{"verified": {"verified_at": "now()"}, "pending": {"verified_at": "NULL"}, "failed": {"verified_at": "NULL"}}');

-- A business changes hands when the receiver accepts, nobody else for them; both roles change with it.
CREATE FUNCTION businesses.answer_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status IN ('accepted', 'declined') AND auth.uid() IS NOT NULL AND auth.uid() <> NEW.to_user_id THEN
        RAISE EXCEPTION 'Only the receiver accepts or declines the business.' USING ERRCODE = 'TB403';
    END IF;
    IF NEW.status = 'accepted' AND OLD.expires_at <= now() THEN
        PERFORM platform.refuse('expires_at', 'is over; the business must be offered anew.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION businesses.answer_transfer() OWNER TO thorbis_definer;
CREATE TRIGGER j_answer_transfer BEFORE UPDATE ON businesses.ownership_transfers FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION businesses.answer_transfer();
CALL platform.stamp_states('businesses.ownership_transfers', 'status', '{
    "accepted": {"decided_at": "now()"}, "declined": {"decided_at": "now()"}, "cancelled": {"decided_at": "now()"}, "expired": {"decided_at": "now()"}}');

-- The receiver becomes an owner first, so that there is one at every moment. The offer was an owner's word:
-- the roles change by the system's hand, for the receiver's own role would not do.
CREATE FUNCTION businesses.hand_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    acting text := coalesce(current_setting('app.current_role', true), '');
BEGIN
    PERFORM FROM users.business_users m WHERE m.business_id = NEW.business_id AND m.user_id IN (NEW.from_user_id, NEW.to_user_id) ORDER BY m.id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM users.business_users m WHERE m.business_id = NEW.business_id AND m.user_id = NEW.from_user_id AND m.role = 'owner' AND m.status = 'active') THEN
        PERFORM platform.refuse('from_user_id', 'is no longer an owner of the business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NOT EXISTS (SELECT FROM users.business_users m WHERE m.business_id = NEW.business_id AND m.user_id = NEW.to_user_id AND m.status = 'active') THEN
        PERFORM platform.refuse('to_user_id', 'must be an active member of the business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    PERFORM set_config('app.current_role', '', true);
    UPDATE users.business_users m SET role = 'owner' WHERE m.business_id = NEW.business_id AND m.user_id = NEW.to_user_id;
    UPDATE users.business_users m SET role = 'manager' WHERE m.business_id = NEW.business_id AND m.user_id = NEW.from_user_id;
    PERFORM set_config('app.current_role', acting, true);
    RETURN NULL;
END $$;
ALTER FUNCTION businesses.hand_over() OWNER TO thorbis_definer;
CREATE TRIGGER y_hand_over AFTER UPDATE ON businesses.ownership_transfers FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status = 'accepted') EXECUTE FUNCTION businesses.hand_over();

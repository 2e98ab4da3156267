-- Points and gift cards: ledgers whose balance is never overdrawn. Each entry waits for the lock of its
-- account, so that of two who spend the last of it one is refused.

CREATE FUNCTION rest.check_points() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    state text;
    held bigint;
BEGIN
    SELECT a.status INTO state FROM rest.loyalty_accounts a WHERE a.business_id = NEW.business_id AND a.id = NEW.loyalty_account_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(t.points), 0) INTO held FROM rest.loyalty_transactions t WHERE t.business_id = NEW.business_id AND t.loyalty_account_id = NEW.loyalty_account_id;
    IF (NEW.transaction_type IN ('redeem', 'expire') AND NEW.points > 0) OR (NEW.transaction_type IN ('earn', 'bonus') AND NEW.points < 0) THEN
        PERFORM platform.refuse('transaction_type', 'does not fit the sign of the points: earned ones are positive, spent and expired ones negative.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.transaction_type = 'redeem' AND state <> 'active' THEN
        PERFORM platform.refuse('loyalty_account_id', 'must be an active account.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF held + NEW.points < 0 THEN
        PERFORM platform.refuse('points', 'is more than the account holds.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF held + NEW.points > 2147483647 THEN
        PERFORM platform.refuse('points', 'is more than an account can hold.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_points() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_points BEFORE INSERT ON rest.loyalty_transactions FOR EACH ROW EXECUTE FUNCTION rest.check_points();

-- What was ever earned or given, whatever became of it.
CALL platform.keep_totals('rest.loyalty_accounts', '{
    "points_balance": "(SELECT coalesce(sum(c.points), 0)::integer FROM rest.loyalty_transactions c WHERE c.business_id = p.business_id AND c.loyalty_account_id = p.id)",
    "lifetime_points": "(SELECT least(coalesce(sum(c.points), 0), 2147483647)::integer FROM rest.loyalty_transactions c WHERE c.business_id = p.business_id AND c.loyalty_account_id = p.id AND c.transaction_type IN (''earn'', ''bonus''))"
}', '{"rest.loyalty_transactions": ["loyalty_account_id"]}');
CALL platform.count_in_row('rest.loyalty_accounts', '{points_balance,lifetime_points}', '{deleted_at}');

CALL platform.keep_gift_cards('rest');

-- Gift cards, store credit and points: ledgers whose balance is never overdrawn. Each entry waits for the
-- lock of its account, so that of two who spend the last of it one is refused.

CALL platform.keep_gift_cards('ret');

CREATE FUNCTION ret.check_store_credit_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    active boolean;
BEGIN
    SELECT a.is_active INTO active FROM ret.store_credit_accounts a WHERE a.business_id = NEW.business_id AND a.id = NEW.store_credit_account_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(t.amount), 0) + NEW.amount INTO NEW.balance_after FROM ret.store_credit_transactions t
    WHERE t.business_id = NEW.business_id AND t.store_credit_account_id = NEW.store_credit_account_id;
    IF (NEW.transaction_type IN ('redeem', 'expire') AND NEW.amount > 0) OR (NEW.transaction_type IN ('refund', 'goodwill', 'trade_in') AND NEW.amount < 0) THEN
        PERFORM platform.refuse('transaction_type', 'does not fit the sign of the amount: what is spent or expires is negative, what is given positive.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.transaction_type = 'redeem' AND NOT active THEN
        PERFORM platform.refuse('store_credit_account_id', 'must be an active account.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.balance_after < 0 THEN
        PERFORM platform.refuse('amount', 'is more than the account holds.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.balance_after > 9999999999.99 THEN
        PERFORM platform.refuse('amount', 'is more than an account can hold.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_store_credit_transaction() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_store_credit BEFORE INSERT ON ret.store_credit_transactions FOR EACH ROW EXECUTE FUNCTION ret.check_store_credit_transaction();
CALL platform.require('ret.store_credit_transactions', 'payment_id',
    'NEW.payment_id IS NULL OR EXISTS (SELECT FROM ret.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id AND m.store_credit_account_id = NEW.store_credit_account_id)',
    'must be a payment with this store credit.', '{store_credit_account_id,payment_id}');
CALL platform.keep_totals('ret.store_credit_accounts', '{"balance": "(SELECT coalesce(sum(c.amount), 0) FROM ret.store_credit_transactions c WHERE c.business_id = p.business_id AND c.store_credit_account_id = p.id)"}',
    '{"ret.store_credit_transactions": ["store_credit_account_id"]}');
CALL platform.count_in_row('ret.store_credit_accounts', '{balance}', '{deleted_at}');

CREATE FUNCTION ret.check_points() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    state text;
    held bigint;
BEGIN
    SELECT a.status INTO state FROM ret.loyalty_accounts a WHERE a.business_id = NEW.business_id AND a.id = NEW.loyalty_account_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(t.points), 0) INTO held FROM ret.loyalty_transactions t WHERE t.business_id = NEW.business_id AND t.loyalty_account_id = NEW.loyalty_account_id;
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
ALTER FUNCTION ret.check_points() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_points BEFORE INSERT ON ret.loyalty_transactions FOR EACH ROW EXECUTE FUNCTION ret.check_points();

-- What was ever earned or given, whatever became of it.
CALL platform.keep_totals('ret.loyalty_accounts', '{
    "points_balance": "(SELECT coalesce(sum(c.points), 0)::integer FROM ret.loyalty_transactions c WHERE c.business_id = p.business_id AND c.loyalty_account_id = p.id)",
    "lifetime_points": "(SELECT least(coalesce(sum(c.points), 0), 2147483647)::integer FROM ret.loyalty_transactions c WHERE c.business_id = p.business_id AND c.loyalty_account_id = p.id AND c.transaction_type IN (''earn'', ''bonus''))"
}', '{"ret.loyalty_transactions": ["loyalty_account_id"]}');
CALL platform.count_in_row('ret.loyalty_accounts', '{points_balance,lifetime_points}', '{deleted_at}');

-- The level a customer has by what completed sales brought, without tax and shipping.
CREATE FUNCTION ret.tier_of(p_account ret.loyalty_accounts) RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT t.id FROM ret.loyalty_tiers t
    WHERE t.business_id = p_account.business_id AND t.loyalty_program_id = p_account.loyalty_program_id AND t.deleted_at IS NULL
        AND t.minimum_spend <= (SELECT coalesce(sum(o.subtotal - o.discount_amount), 0) FROM ret.sales_orders o
            WHERE o.business_id = p_account.business_id AND o.customer_id = p_account.customer_id AND o.status = 'completed' AND o.deleted_at IS NULL)
    ORDER BY t.minimum_spend DESC, t.id LIMIT 1
$$;
ALTER FUNCTION ret.tier_of(ret.loyalty_accounts) OWNER TO thorbis_definer;
CALL platform.note_kept('ret.loyalty_accounts', '{loyalty_tier_id}', '{ret.sales_orders,ret.loyalty_tiers}', 'ret.tier_of(p)');
CALL platform.count_in_row('ret.loyalty_accounts', '{loyalty_tier_id}', '{loyalty_program_id,customer_id,deleted_at}');

CREATE FUNCTION ret.recount_tiers(p_business uuid, p_customers uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ret.loyalty_accounts a WHERE a.business_id = p_business AND a.customer_id = ANY (p_customers) AND a.deleted_at IS NULL ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE ret.loyalty_accounts a SET loyalty_tier_id = t.tier
    FROM (SELECT p.id, ret.tier_of(p) AS tier FROM ret.loyalty_accounts p WHERE p.business_id = p_business AND p.customer_id = ANY (p_customers) AND p.deleted_at IS NULL) AS t
    WHERE a.business_id = p_business AND a.id = t.id AND a.loyalty_tier_id IS DISTINCT FROM t.tier;
END $$;
CREATE FUNCTION ret.recount_tiers_of_programs(p_business uuid, p_programs uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_tiers(p_business, (SELECT array_agg(DISTINCT a.customer_id) FROM ret.loyalty_accounts a WHERE a.business_id = p_business AND a.loyalty_program_id = ANY (p_programs)));
END $$;
ALTER FUNCTION ret.recount_tiers(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_tiers_of_programs(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_tiers_from_sales_orders', 'recount_tiers', 'ret.sales_orders', 'customer_id', '{customer_id,status,subtotal,discount_amount}');
CALL platform.keep_from('ret', 'keep_tiers_from_loyalty_tiers', 'recount_tiers_of_programs', 'ret.loyalty_tiers', 'loyalty_program_id', '{loyalty_program_id,minimum_spend}');

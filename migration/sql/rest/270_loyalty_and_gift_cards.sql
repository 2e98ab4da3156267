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

CREATE FUNCTION rest.check_gift_card_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    state text;
BEGIN
    SELECT g.status INTO state FROM rest.gift_cards g WHERE g.business_id = NEW.business_id AND g.id = NEW.gift_card_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(t.amount), 0) + NEW.amount INTO NEW.balance_after FROM rest.gift_card_transactions t
    WHERE t.business_id = NEW.business_id AND t.gift_card_id = NEW.gift_card_id;
    IF (NEW.transaction_type IN ('redeem', 'expire') AND NEW.amount > 0) OR (NEW.transaction_type IN ('issue', 'reload', 'refund') AND NEW.amount < 0) THEN
        PERFORM platform.refuse('transaction_type', 'does not fit the sign of the amount: what is spent or expires is negative, what is put on the card positive.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.transaction_type = 'redeem' AND state <> 'active' THEN
        PERFORM platform.refuse('gift_card_id', 'must be an active gift card.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.balance_after < 0 THEN
        PERFORM platform.refuse('amount', 'is more than the card holds.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.balance_after > 9999999999.99 THEN
        PERFORM platform.refuse('amount', 'is more than a card can hold.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_gift_card_transaction() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_gift_card BEFORE INSERT ON rest.gift_card_transactions FOR EACH ROW EXECUTE FUNCTION rest.check_gift_card_transaction();
CALL platform.require('rest.gift_card_transactions', 'payment_id',
    'NEW.payment_id IS NULL OR EXISTS (SELECT FROM rest.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id AND m.gift_card_id = NEW.gift_card_id)',
    'must be a payment with this gift card.', '{gift_card_id,payment_id}');

CALL platform.keep_totals('rest.gift_cards', '{"balance": "(SELECT coalesce(sum(c.amount), 0) FROM rest.gift_card_transactions c WHERE c.business_id = p.business_id AND c.gift_card_id = p.id)"}',
    '{"rest.gift_card_transactions": ["gift_card_id"]}');
CALL platform.count_in_row('rest.gift_cards', '{balance}', '{deleted_at}');

-- A card that is spent is redeemed; one that gets value again is active.
CREATE FUNCTION rest.follow_gift_card() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.balance = 0 AND NEW.status = 'active' THEN
        NEW.status := 'redeemed';
    ELSIF NEW.balance > 0 AND NEW.status = 'redeemed' THEN
        NEW.status := 'active';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER m_follow_balance BEFORE UPDATE OF balance ON rest.gift_cards FOR EACH ROW WHEN (OLD.balance <> NEW.balance) EXECUTE FUNCTION rest.follow_gift_card();

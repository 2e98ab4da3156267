-- Gift cards of restaurants and of shops: the same ledger over the same two tables of each schema.

-- An entry waits for the lock of its card, so that of two who spend the last of it one is refused.
CREATE FUNCTION platform.check_gift_card_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    state text;
    held numeric;
BEGIN
    EXECUTE format('SELECT g.status FROM %I.gift_cards g WHERE g.business_id = $1 AND g.id = $2 FOR NO KEY UPDATE', TG_TABLE_SCHEMA)
        INTO state USING NEW.business_id, NEW.gift_card_id;
    EXECUTE format('SELECT coalesce(sum(t.amount), 0) FROM %I.gift_card_transactions t WHERE t.business_id = $1 AND t.gift_card_id = $2', TG_TABLE_SCHEMA)
        INTO held USING NEW.business_id, NEW.gift_card_id;
    NEW.balance_after := held + NEW.amount;
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
ALTER FUNCTION platform.check_gift_card_transaction() OWNER TO thorbis_definer;

-- A card that is spent is redeemed; one that gets value again is active.
CREATE FUNCTION platform.follow_gift_card() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.balance = 0 AND NEW.status = 'active' THEN
        NEW.status := 'redeemed';
    ELSIF NEW.balance > 0 AND NEW.status = 'redeemed' THEN
        NEW.status := 'active';
    END IF;
    RETURN NEW;
END $$;

CREATE PROCEDURE platform.keep_gift_cards(p_schema text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    cards text := p_schema || '.gift_cards';
    entries text := p_schema || '.gift_card_transactions';
BEGIN
    EXECUTE format('CREATE TRIGGER j_check_gift_card BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION platform.check_gift_card_transaction()', entries::regclass);
    CALL platform.require(entries, 'payment_id',
        format('NEW.payment_id IS NULL OR EXISTS (SELECT FROM %I.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id AND m.gift_card_id = NEW.gift_card_id)', p_schema),
        'must be a payment with this gift card.', '{gift_card_id,payment_id}');
    CALL platform.keep_totals(cards,
        jsonb_build_object('balance', format('(SELECT coalesce(sum(c.amount), 0) FROM %s c WHERE c.business_id = p.business_id AND c.gift_card_id = p.id)', entries)),
        jsonb_build_object(entries, '["gift_card_id"]'::jsonb));
    CALL platform.count_in_row(cards, '{balance}', '{deleted_at}');
    EXECUTE format('CREATE TRIGGER m_follow_balance BEFORE UPDATE OF balance ON %s FOR EACH ROW WHEN (OLD.balance <> NEW.balance) EXECUTE FUNCTION platform.follow_gift_card()', cards::regclass);
END $$;

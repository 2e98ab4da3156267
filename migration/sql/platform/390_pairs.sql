-- A line that refers to a check and to the check's order must not be left behind when the check moves to another
-- order: what was counted for one of them would stay with the other. The rules about two parents stand on the child;
-- this is their other half, on the parent.

-- BEFORE UPDATE of the parent's column; arguments: that column, then child table, its reference, its column, …
-- The parent's row is locked against new references first, so that the children that are seen are all there are:
-- whoever adds one meanwhile waits, and looks again below.
CREATE FUNCTION platform.refuse_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    place integer := 1;
    wanted text := to_jsonb(NEW) ->> TG_ARGV[0];
    left_behind boolean;
BEGIN
    EXECUTE format('SELECT FROM %I.%I p WHERE p.business_id = $1 AND p.id = $2 FOR UPDATE', TG_TABLE_SCHEMA, TG_TABLE_NAME) USING OLD.business_id, OLD.id;
    WHILE place < TG_NARGS LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s c WHERE c.business_id = $1 AND c.%I = $2 AND c.%I <> $3::uuid)', TG_ARGV[place], TG_ARGV[place + 1], TG_ARGV[place + 2])
            INTO left_behind USING OLD.business_id, OLD.id, wanted;
        IF left_behind THEN
            PERFORM platform.refuse(TG_ARGV[0], 'cannot change any more: other records were made for it as it is.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        place := place + 3;
    END LOOP;
    RETURN NEW;
END $$;
ALTER FUNCTION platform.refuse_move() OWNER TO thorbis_definer;

-- AFTER the child is written and its reference has waited for the parent: has it moved meanwhile? Arguments: the
-- child's reference and column, the parent and its column.
CREATE FUNCTION platform.check_pair() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    row_now jsonb := to_jsonb(NEW);
    apart boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s p WHERE p.business_id = $1 AND p.id = $2::uuid AND p.%I <> $3::uuid)', TG_ARGV[2], TG_ARGV[3])
        INTO apart USING NEW.business_id, row_now ->> TG_ARGV[0], row_now ->> TG_ARGV[1];
    IF apart THEN
        PERFORM platform.refuse(TG_ARGV[0], 'does not go with ' || replace(regexp_replace(TG_ARGV[1], '_id$', ''), '_', ' ') || ': they belong to different records.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION platform.check_pair() OWNER TO thorbis_definer;

-- The pairs: a child's reference, and its column that has to be what the column of that parent is.
CREATE TABLE platform.pairs (
    child text NOT NULL,
    reference text NOT NULL,
    child_column text NOT NULL,
    parent text NOT NULL,
    parent_column text NOT NULL,
    PRIMARY KEY (child, reference, child_column)
);
REVOKE ALL ON platform.pairs FROM PUBLIC;
COMMENT ON TABLE platform.pairs IS 'Columns of a child that have to agree with its parent''s, whichever of both is changed';
INSERT INTO platform.table_rules (schema_name, table_name, kind) VALUES ('platform', 'pairs', 'internal');

INSERT INTO platform.pairs (child, reference, child_column, parent, parent_column) VALUES
    ('hs.estimate_line_items', 'estimate_option_id', 'estimate_id', 'hs.estimate_options', 'estimate_id'),
    ('hs.purchase_receipts', 'purchase_order_id', 'inventory_location_id', 'hs.purchase_orders', 'ship_to_location_id'),
    ('hs.stock_movements', 'purchase_order_item_id', 'price_book_item_id', 'hs.purchase_order_items', 'price_book_item_id'),
    ('hs.stock_movements', 'stock_transfer_item_id', 'price_book_item_id', 'hs.stock_transfer_items', 'price_book_item_id'),
    ('rest.payments', 'check_id', 'order_id', 'rest.checks', 'order_id'),
    ('ret.cart_items', 'product_variant_id', 'product_id', 'ret.product_variants', 'product_id'),
    ('ret.gift_card_transactions', 'payment_id', 'gift_card_id', 'ret.payments', 'gift_card_id'),
    ('ret.inventory_levels', 'product_variant_id', 'product_id', 'ret.product_variants', 'product_id'),
    ('ret.inventory_movements', 'product_variant_id', 'product_id', 'ret.product_variants', 'product_id'),
    ('ret.inventory_movements', 'sales_order_item_id', 'product_id', 'ret.sales_order_items', 'product_id'),
    ('ret.inventory_movements', 'stock_transfer_item_id', 'product_id', 'ret.stock_transfer_items', 'product_id'),
    ('ret.purchase_order_items', 'product_variant_id', 'product_id', 'ret.product_variants', 'product_id'),
    ('ret.refunds', 'payment_id', 'sales_order_id', 'ret.payments', 'sales_order_id'),
    ('ret.refunds', 'return_id', 'sales_order_id', 'ret.returns', 'sales_order_id'),
    ('ret.sales_order_discounts', 'coupon_code_id', 'promotion_id', 'ret.coupon_codes', 'promotion_id'),
    ('ret.sales_order_items', 'product_variant_id', 'product_id', 'ret.product_variants', 'product_id'),
    ('ret.store_credit_transactions', 'payment_id', 'store_credit_account_id', 'ret.payments', 'store_credit_account_id'),
    ('auto.inspections', 'repair_order_id', 'vehicle_id', 'auto.repair_orders', 'vehicle_id'),
    ('auto.invoices', 'repair_order_id', 'customer_id', 'auto.repair_orders', 'customer_id'),
    ('auto.stock_movements', 'purchase_order_item_id', 'part_id', 'auto.purchase_order_items', 'part_id'),
    ('courses.assignments', 'grade_category_id', 'course_id', 'courses.grade_categories', 'course_id'),
    ('courses.course_reviews', 'enrollment_id', 'course_id', 'courses.enrollments', 'course_id'),
    ('courses.discussion_posts', 'parent_id', 'discussion_thread_id', 'courses.discussion_posts', 'discussion_thread_id'),
    ('courses.enrollments', 'order_item_id', 'cohort_id', 'courses.order_items', 'cohort_id'),
    ('courses.enrollments', 'cohort_id', 'course_id', 'courses.cohorts', 'course_id'),
    ('courses.grades', 'assignment_id', 'grade_category_id', 'courses.assignments', 'grade_category_id'),
    ('courses.payments', 'order_id', 'customer_id', 'courses.orders', 'customer_id'),
    ('courses.quizzes', 'grade_category_id', 'course_id', 'courses.grade_categories', 'course_id'),
    ('courses.subscriptions', 'learner_id', 'customer_id', 'courses.learners', 'customer_id'),
    ('courses.subscriptions', 'payment_method_id', 'customer_id', 'courses.payment_methods', 'customer_id'),
    ('investigations.payments', 'invoice_id', 'customer_id', 'investigations.invoices', 'customer_id'),
    ('investigations.payments', 'retainer_id', 'customer_id', 'investigations.retainers', 'customer_id'),
    ('investigations.statements', 'case_subject_id', 'case_id', 'investigations.case_subjects', 'case_id'),
    ('investigations.time_entries', 'case_task_id', 'case_id', 'investigations.case_tasks', 'case_id'),
    ('investigations.timeline_events', 'evidence_item_id', 'case_id', 'investigations.evidence_items', 'case_id'),
    ('payroll.pay_stub_deductions', 'employee_deduction_id', 'deduction_code_id', 'payroll.employee_deductions', 'deduction_code_id'),
    ('payroll.time_entries', 'timesheet_id', 'employee_id', 'payroll.timesheets', 'employee_id');

DO $$
DECLARE
    pair record;
    moved record;
BEGIN
    FOR pair IN SELECT * FROM platform.pairs ORDER BY child, reference, child_column LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OF %I, %I ON %s FOR EACH ROW WHEN (NEW.%2$I IS NOT NULL AND NEW.%3$I IS NOT NULL) EXECUTE FUNCTION platform.check_pair(%2$L, %3$L, %5$L, %6$L)',
            platform.short_name(ARRAY['y_pair', pair.reference, pair.child_column]), pair.reference, pair.child_column, pair.child::regclass, pair.parent, pair.parent_column);
    END LOOP;
    FOR moved IN SELECT parent, parent_column, string_agg(format('%L, %L, %L', child, reference, child_column), ', ' ORDER BY child, reference) AS children
        FROM platform.pairs GROUP BY parent, parent_column LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OF %I ON %s FOR EACH ROW WHEN (OLD.%2$I IS DISTINCT FROM NEW.%2$I) EXECUTE FUNCTION platform.refuse_move(%2$L, %4$s)',
            platform.short_name(ARRAY['j_move', moved.parent_column]), moved.parent_column, moved.parent::regclass, moved.children);
    END LOOP;
END $$;

-- A payment and the bills it is allocated to are of one customer; the allocation itself names none.
CREATE FUNCTION hs.keep_payer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    EXECUTE format('SELECT FROM hs.%I p WHERE p.business_id = $1 AND p.id = $2 FOR UPDATE', TG_TABLE_NAME) USING OLD.business_id, OLD.id;
    IF EXISTS (SELECT FROM hs.payment_allocations a WHERE a.business_id = OLD.business_id AND OLD.id IN (a.invoice_id, a.payment_id) AND a.deleted_at IS NULL) THEN
        PERFORM platform.refuse('customer_id', 'cannot change any more: a payment of this customer is allocated.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.keep_payer() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep_payer BEFORE UPDATE OF customer_id ON hs.invoices FOR EACH ROW
    WHEN (OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION hs.keep_payer();
CREATE TRIGGER j_keep_payer BEFORE UPDATE OF customer_id ON hs.payments FOR EACH ROW
    WHEN (OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION hs.keep_payer();

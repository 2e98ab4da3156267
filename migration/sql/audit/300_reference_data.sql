-- How sensitive columns are, by what they hold. The first line that fits a column, as schema.table.column,
-- decides; what fits none is internal and needs no entry. What a record cannot be without is replaced on
-- erasure, the rest is blanked; what is not about a person stays. A migration that brings tables calls it again.
CREATE PROCEDURE audit.classify_columns() LANGUAGE sql SET search_path = '' AS $$
    INSERT INTO audit.data_classifications AS d (id, table_name, column_name, sensitivity, category, on_erasure, is_access_logged)
    SELECT md5('classification ' || c.table_name || '.' || c.column_name)::uuid, c.table_name, c.column_name, rule.sensitivity, rule.category,
        CASE WHEN NOT rule.is_personal OR c.table_name ~ '^businesses\.|supplier|vendor|agenc|location' THEN 'keep' WHEN c.is_required THEN 'pseudonymise' ELSE 'blank' END,
        rule.is_logged
    FROM (
        SELECT r.schema_name || '.' || r.table_name AS table_name, a.attname::text AS column_name, a.attnotnull AS is_required
        FROM platform.table_rules r JOIN pg_catalog.pg_attribute a ON a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
        WHERE r.kind IN ('tenant', 'platform', 'internal') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND format_type(a.atttypid, NULL) ~ '^(text|text\[\]|date|bytea|inet|jsonb|numeric|.*geography)$'
    ) AS c
    CROSS JOIN LATERAL (
        SELECT v.* FROM (VALUES
            (1, '\.(\w*(token|password|pin|code|key|secret)\w*_hash|encrypted_password|\w*(secret|token|verifier|credentials)\w*_encrypted|code_hash|otp_code_hash)$', 'restricted', 'credential', false, false),
            (2, '\.\w*(account|routing)_number_encrypted$', 'restricted', 'financial', true, true),
            (3, '\.\w+_(encrypted|fingerprint)$', 'restricted', 'identity', true, true),
            (4, '\.\w*last_four$', 'confidential', 'identity', true, false),
            (5, '\.(birth_date|birthday|gender|nationality|marital_status)$', 'restricted', 'identity', true, true),
            (6, '\.\w*(allergies|allergen_notes|dietary|medical|disability)\w*$', 'restricted', 'health', true, true),
            (7, '^investigations\.subjects\.(height_cm|weight_kg|eye_color|hair_color|distinguishing_marks|full_name|first_name|last_name|occupation|employer|safety_warning)$', 'restricted', 'identity', true, true),
            (8, '^investigations\.\w+\.(reporter_name|reporter_contact|witness_name|alias|license_plate|value)$', 'restricted', 'identity', true, true),
            (9, '\.(\w*ip_address|ip|last_used_from|used_from|source_ip)$', 'confidential', 'location', true, false),
            (10, '\.(user_agent|device_fingerprint)$', 'internal', 'behaviour', true, false),
            (11, '\.\w*(coordinates|captured_location|service_location)$', 'confidential', 'location', true, false),
            (12, '\.(\w+_)?(email|phone|contact_address|recipient_address)$', 'confidential', 'contact', true, false),
            (13, '\.(\w+_)?(address_line_1|address_line_2|postal_code|delivery_address|shipping_address|service_address|fixed_address)$', 'confidential', 'contact', true, false),
            (14, '^(hs|rest|ret|auto|courses|payroll|users|audit)\.\w+\.(\w+_)?(first_name|last_name|full_name|preferred_name|display_name|guest_name|customer_name|learner_name|driver_name|contact_name|subject_name|signatory_name|holder_name|recipient_name)$', 'confidential', 'identity', true, false),
            (15, '\.(customer_signature|signature)$', 'confidential', 'identity', true, false),
            (16, '\.(account_holder_name|bank_name)$', 'confidential', 'financial', true, false),
            (17, '^payroll\.\w+\.\w*(amount|wages|pay|salary|hourly_rate)$', 'confidential', 'financial', false, false)
        ) AS v (place, pattern, sensitivity, category, is_personal, is_logged)
        WHERE c.table_name || '.' || c.column_name ~ v.pattern ORDER BY v.place LIMIT 1
    ) AS rule
    ON CONFLICT (table_name, column_name) DO UPDATE SET sensitivity = excluded.sensitivity, category = excluded.category, on_erasure = excluded.on_erasure,
        is_access_logged = excluded.is_access_logged
$$;
CALL audit.classify_columns();

SELECT t."name", t."modifiers"
FROM "rest"."menu_items" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND jsonb_typeof(t."modifiers" #> $2::text[]) = jsonb_typeof($3::jsonb) AND (t."modifiers" #> $2::text[]) >= $3::jsonb
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000002 | {"sizes","0","extra"} | 4

SELECT t."name", t."available_start_time", t."available_days"
FROM "rest"."menu_items" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."available_start_time" >= $2::time AND t."available_days" @> $3::integer[]
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000002 | 17:00:00.000000 | {"5"}

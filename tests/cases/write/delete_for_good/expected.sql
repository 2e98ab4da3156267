DELETE
FROM "rest"."menu_categories" t
WHERE t.business_id = $1::uuid AND t.id = $2::uuid
RETURNING t."name";
-- 01000000-0000-4000-8000-000000000002 | 07000000-0000-4000-8000-000000000001

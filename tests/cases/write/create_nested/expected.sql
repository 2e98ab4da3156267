INSERT INTO "hs"."customers" ("id", "last_name") SELECT "id", "last_name"
FROM ROWS
FROM (jsonb_to_recordset($1::jsonb) AS ("id" uuid, "last_name" text)) WITH ORDINALITY AS r("id", "last_name", position)
ORDER BY r.position;
-- [{"id":"<id 1>","last_name":"Johnson"}]

UPDATE "hs"."work_orders" t
SET "customer_id" = c.parent
FROM unnest($1::uuid[], $2::uuid[]) AS c(child, parent)
WHERE t.id = c.child AND t.business_id = $3::uuid AND t.deleted_at IS NULL;
-- {"04000000-0000-4000-8000-000000000005"} | {"<id 1>"} | 01000000-0000-4000-8000-000000000001

INSERT INTO "hs"."work_orders" ("customer_id", "id", "title", "type") SELECT "customer_id", "id", "title", "type"
FROM ROWS
FROM (jsonb_to_recordset($1::jsonb) AS ("customer_id" uuid, "id" uuid, "title" text, "type" text)) WITH ORDINALITY AS r("customer_id", "id", "title", "type", position)
ORDER BY r.position;
-- [{"customer_id":"<id 1>","id":"<id 2>","title":"Duct","type":"inspection"},{"customer_id":"<id 1>","id":"<id 3>","title":"Fan","type":"repair"}]

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"<id 1>"} | 01000000-0000-4000-8000-000000000001

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title", t."type", t."work_order_number"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL
ORDER BY t."title", t.id
LIMIT 50) AS l(c0, c1, c2);
-- {"<id 1>"} | 01000000-0000-4000-8000-000000000001

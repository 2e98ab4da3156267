INSERT INTO "hs"."customers" ("id", "last_name") SELECT "id", "last_name"
FROM ROWS
FROM (jsonb_to_recordset($1::jsonb) AS ("id" uuid, "last_name" text)) WITH ORDINALITY AS r("id", "last_name", position)
ORDER BY r.position;
-- [{"id":"<id 1>","last_name":"Johnson"},{"id":"<id 2>","last_name":"Jackson"}]

INSERT INTO "hs"."customers" ("id", "last_name", "type") SELECT "id", "last_name", "type"
FROM ROWS
FROM (jsonb_to_recordset($1::jsonb) AS ("id" uuid, "last_name" text, "type" text)) WITH ORDINALITY AS r("id", "last_name", "type", position)
ORDER BY r.position;
-- [{"id":"<id 3>","last_name":"Vaughan","type":"commercial"}]

SELECT t."customer_number", t."last_name", t."type", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"<id 1>","<id 3>","<id 2>"} | 01000000-0000-4000-8000-000000000001

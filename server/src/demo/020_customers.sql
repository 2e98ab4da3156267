-- Customers of every business: some hundred people and companies around its town.

-- The middle of the neighborhoods that customers live in, longitude first as points have it.
CREATE TEMPORARY TABLE demo_place (
    slug text NOT NULL,
    city text NOT NULL,
    postal_code text NOT NULL,
    longitude numeric NOT NULL,
    latitude numeric NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (slug, place)
) ON COMMIT DROP;

INSERT INTO demo_place
SELECT slug, city, postal_code, longitude, latitude, row_number() OVER (PARTITION BY slug ORDER BY postal_code)
FROM (VALUES
    ('hvac', 'Austin', '78704', -97.769, 30.243), ('hvac', 'Austin', '78745', -97.795, 30.207), ('hvac', 'Austin', '78757', -97.733, 30.351),
    ('hvac', 'Austin', '78748', -97.822, 30.170), ('hvac', 'Austin', '78759', -97.754, 30.402), ('hvac', 'Austin', '78723', -97.685, 30.304),
    ('hvac', 'Round Rock', '78664', -97.656, 30.505), ('hvac', 'Round Rock', '78681', -97.706, 30.512), ('hvac', 'Cedar Park', '78613', -97.820, 30.505),
    ('hvac', 'Pflugerville', '78660', -97.620, 30.439), ('hvac', 'Georgetown', '78628', -97.700, 30.633), ('hvac', 'Leander', '78641', -97.853, 30.579),
    ('plumbing', 'Denver', '80205', -104.966, 39.759), ('plumbing', 'Denver', '80210', -104.963, 39.679), ('plumbing', 'Denver', '80211', -105.020, 39.767),
    ('plumbing', 'Denver', '80220', -104.917, 39.734), ('plumbing', 'Denver', '80219', -105.034, 39.697), ('plumbing', 'Aurora', '80012', -104.837, 39.699),
    ('plumbing', 'Aurora', '80013', -104.785, 39.658), ('plumbing', 'Lakewood', '80226', -105.068, 39.711), ('plumbing', 'Arvada', '80003', -105.064, 39.828),
    ('plumbing', 'Westminster', '80031', -105.040, 39.876), ('plumbing', 'Littleton', '80123', -105.070, 39.617), ('plumbing', 'Englewood', '80113', -104.961, 39.647),
    ('bistro', 'Brooklyn', '11215', -73.986, 40.667), ('bistro', 'Brooklyn', '11217', -73.979, 40.682), ('bistro', 'Brooklyn', '11201', -73.988, 40.692),
    ('bistro', 'Brooklyn', '11231', -73.997, 40.681), ('bistro', 'Brooklyn', '11238', -73.963, 40.679), ('bistro', 'Brooklyn', '11225', -73.954, 40.663),
    ('bistro', 'Brooklyn', '11218', -73.976, 40.643), ('bistro', 'New York', '10003', -73.989, 40.732),
    ('garage', 'Naperville', '60540', -88.141, 41.766), ('garage', 'Naperville', '60563', -88.169, 41.790), ('garage', 'Naperville', '60565', -88.128, 41.733),
    ('garage', 'Aurora', '60504', -88.245, 41.752), ('garage', 'Lisle', '60532', -88.088, 41.786), ('garage', 'Wheaton', '60189', -88.102, 41.840),
    ('garage', 'Downers Grove', '60515', -88.011, 41.809), ('garage', 'Bolingbrook', '60440', -88.074, 41.699), ('garage', 'Plainfield', '60544', -88.210, 41.606),
    ('garage', 'Oswego', '60543', -88.340, 41.683), ('garage', 'Woodridge', '60517', -88.048, 41.750),
    ('boutique', 'Pasadena', '91101', -118.140, 34.146), ('boutique', 'Pasadena', '91104', -118.124, 34.169), ('boutique', 'Pasadena', '91106', -118.127, 34.139),
    ('boutique', 'Pasadena', '91107', -118.089, 34.159), ('boutique', 'South Pasadena', '91030', -118.156, 34.113), ('boutique', 'Alhambra', '91801', -118.129, 34.091),
    ('boutique', 'Arcadia', '91006', -118.027, 34.132), ('boutique', 'Glendale', '91206', -118.232, 34.157), ('boutique', 'Burbank', '91505', -118.346, 34.169),
    ('boutique', 'Los Angeles', '90041', -118.207, 34.134), ('boutique', 'Monrovia', '91016', -118.001, 34.144),
    ('academy', 'Atlanta', '30306', -84.351, 33.786), ('academy', 'Atlanta', '30307', -84.337, 33.769), ('academy', 'Atlanta', '30312', -84.378, 33.746),
    ('academy', 'Atlanta', '30318', -84.445, 33.792), ('academy', 'Decatur', '30030', -84.295, 33.770), ('academy', 'Decatur', '30033', -84.281, 33.812),
    ('academy', 'Marietta', '30060', -84.541, 33.938), ('academy', 'Sandy Springs', '30328', -84.378, 33.933), ('academy', 'Smyrna', '30080', -84.502, 33.880),
    ('academy', 'Brookhaven', '30319', -84.335, 33.868),
    ('payroll', 'Nashville', '37203', -86.790, 36.150), ('payroll', 'Nashville', '37206', -86.740, 36.180), ('payroll', 'Nashville', '37211', -86.725, 36.070),
    ('payroll', 'Nashville', '37215', -86.823, 36.098), ('payroll', 'Nashville', '37209', -86.860, 36.155), ('payroll', 'Franklin', '37064', -86.869, 35.925),
    ('payroll', 'Brentwood', '37027', -86.783, 36.033), ('payroll', 'Murfreesboro', '37129', -86.417, 35.874), ('payroll', 'Mount Juliet', '37122', -86.519, 36.201),
    ('agency', 'Baltimore', '21201', -76.625, 39.295), ('agency', 'Baltimore', '21218', -76.605, 39.328), ('agency', 'Baltimore', '21210', -76.632, 39.351),
    ('agency', 'Towson', '21204', -76.610, 39.401), ('agency', 'Catonsville', '21228', -76.742, 39.277), ('agency', 'Columbia', '21044', -76.879, 39.212),
    ('agency', 'Ellicott City', '21042', -76.865, 39.273), ('agency', 'Pikesville', '21208', -76.728, 39.375)
) AS given (slug, city, postal_code, longitude, latitude);

-- Each business has the names in an order of its own. The two lists' lengths share no factor, so that
-- walking both at once meets each pair once only.
CREATE TEMPORARY TABLE demo_names ON COMMIT DROP AS
SELECT b.slug,
    (SELECT array_agg(name ORDER BY md5(b.slug || name)) FROM unnest('{
        Aaron,Abigail,Adrian,Alejandra,Alexis,Amanda,Amir,Andrea,Angelica,Anita,Arthur,Audrey,Barbara,Benjamin,Bianca,Brandon,Brenda,Brian,Caleb,
        Camila,Carlos,Caroline,Cynthia,Danielle,Darius,Deborah,Derek,Donna,Dwayne,Edward,Elena,Elijah,Emma,Ernesto,Esther,Ethan,Evelyn,Felicia,
        Fernando,Frances,Gabriel,Gloria,Gordon,Hana,Harold,Heather,Henry,Hiroshi,Imani,Irene,Ivan,Jacob,Jamal,Janelle,Jason,Jennifer,Jerry,Joanna,
        Jonathan,Jorge,Joseph,Joyce,Juan,Judith,Kathleen,Keith,Kimberly,Lakshmi,Lauren,Leonard,Lillian,Mai,Malcolm,Marisol,Martin,Megan,Melissa,
        Miguel,Mohammed,Nancy,Natalie,Nicholas,Olivia,Oscar,Pamela,Philip,Quentin,Rafael,Rebecca,Renee,Ricardo,Rosa,Russell,Ruth,Sandra,Sarah,Scott,
        Shawn,Simone,Stella,Terrence,Tiffany,Valerie,Victor,Vivian,Walter,Yolanda
    }'::text[]) AS name) AS first_names,
    (SELECT array_agg(name ORDER BY md5(b.slug || name)) FROM unnest('{
        Adams,Aguilar,Allen,Alvarez,Anderson,Armstrong,Bailey,Baker,Barrett,Becker,Bell,Bennett,Bhatt,Boyd,Bradley,Brennan,Brooks,Bryant,Burke,Butler,
        Campbell,Castillo,Chan,Chen,Coleman,Cooper,Cruz,Cunningham,Davis,Diaz,Dixon,Douglas,Edwards,Ellis,Espinoza,Evans,Ferguson,Fisher,Flores,
        Foster,Fox,Freeman,Garcia,Gardner,Gibson,Goldberg,Gonzalez,Graham,Grant,Greene,Griffin,Gupta,Hall,Hamilton,Hansen,Harris,Hayes,Henderson,
        Hernandez,Hughes,Hunter,Ibrahim,Jackson,Johnson,Kapoor,Kelley,Khan,Klein,Larson,Lawson,Le,Lewis,Lopez,Lowe,Maldonado,Martinez,Mason,
        McCarthy,Mendoza,Miller,Mitchell,Moore,Morales,Murphy,Myers,Nakamura,Nelson,Okoye,Oliver,Ortega,Owens,Parker,Patel,Perez,Peterson,Phillips,
        Porter,Powell,Ramos,Reynolds,Richardson,Rivera,Rosen,Ruiz,Sanders,Schneider,Silva,Simmons,Singh,Snyder,Stevens,Sutton,Tanaka,
        Taylor,Torres,Tucker,Turner,Vasquez,Wagner,Walker,Washington,Watson,Webb,Weber,Wright,Yang,Young
    }'::text[]) AS name) AS last_names,
    (SELECT array_agg(name ORDER BY md5(b.slug || name)) FROM unnest('{
        Cedar Ridge,Summit,Riverbend,Oak Hollow,Blue Heron,Stonegate,Northfield,Maple Grove,Silver Lake,Prairie,Copper Creek,Eastwood,Harvest,Lakeside,
        Golden Gate,Ironwood,Juniper,Keystone,Liberty,Meadowbrook,Pinecrest,Redwood,Sunrise,Timberline,Union Square,Valley View,Westbrook,Willow,
        Crescent,Evergreen,Foxglove
    }'::text[]) AS name) AS company_names,
    CASE b.industry
        WHEN 'investigations' THEN '{Law Group,Insurance,Mutual Insurance,Legal Partners,Claims Services,Trial Attorneys,Family Law,Risk Advisors}'
        WHEN 'auto' THEN '{Deliveries,Landscaping,Catering,Electric,Home Care,Courier Service,Painting,Flooring}'
        ELSE '{Dental,Property Management,Bakery,Apartments,Veterinary Clinic,Accounting,Fitness,Coffee Roasters,Montessori School,Hardware,Pediatrics,Brewing,Design Studio,Senior Living,Self Storage,Printing}'
    END::text[] AS company_kinds
FROM demo_business b;

-- The book of customers at the beginning, then new ones all the time until two days ago.
CREATE TEMPORARY TABLE demo_customer ON COMMIT DROP AS
WITH listed AS MATERIALIZED (
    SELECT b.slug, b.id AS business_id, n, b.slug || '/customer/' || n AS key,
        pg_temp.moment(
            b.today + CASE WHEN n <= b.customers / 4 THEN -540 + 25 * n / (b.customers / 4) ELSE -514 + 512 * (n - b.customers / 4) / (b.customers - b.customers / 4) END,
            pg_temp.number(b.slug || '/customer/' || n || '/minute', 480, 1070), b.zone
        ) AS created_at
    FROM demo_business b CROSS JOIN LATERAL generate_series(1, b.customers) AS n
)
SELECT l.slug, l.business_id, l.n, l.key, pg_temp.id(l.key) AS id, l.created_at,
    m.first_names[1 + l.n % cardinality(m.first_names)] AS first_name, m.last_names[1 + l.n % cardinality(m.last_names)] AS last_name,
    CASE WHEN pg_temp.share(l.key || '/type') < b.commercial_share
        THEN m.company_names[1 + l.n % cardinality(m.company_names)] || ' ' || m.company_kinds[1 + l.n % cardinality(m.company_kinds)]
    END AS company_name,
    CASE
        -- Nobody is lost who came only lately.
        WHEN l.n > b.customers * 2 / 3 OR pg_temp.share(l.key || '/status') < 0.90 THEN 'active'
        WHEN pg_temp.share(l.key || '/status') < 0.985 THEN 'inactive'
        ELSE 'blocked'
    END AS status,
    pg_temp.number(l.key || '/house', 101, 9799) || ' ' || pg_temp.pick(l.key || '/street', b.streets) AS address,
    p.city, b.state, p.postal_code,
    round(p.longitude + b.spread * (2 * pg_temp.share(l.key || '/longitude')::numeric - 1), 6) AS longitude,
    round(p.latitude + b.spread * (2 * pg_temp.share(l.key || '/latitude')::numeric - 1), 6) AS latitude
FROM listed l
JOIN demo_business b USING (slug)
JOIN demo_names m USING (slug)
JOIN demo_place p ON p.slug = l.slug
    AND p.place = 1 + pg_temp.hash(l.key || '/place') % (SELECT count(*) FROM demo_place o WHERE o.slug = l.slug);

-- The place in the order of arrival, among all and among those who still come.
ALTER TABLE demo_customer ADD PRIMARY KEY (slug, n), ADD COLUMN place bigint, ADD COLUMN active_place bigint, ADD COLUMN active_places bigint, ADD COLUMN is_tax_exempt boolean;
UPDATE demo_customer c SET place = o.place, active_place = CASE WHEN c.status = 'active' THEN o.active_places END, active_places = o.active_places,
    is_tax_exempt = coalesce(c.company_name ~ '(School|Senior Living)$', false)
FROM (
    SELECT slug, n, row_number() OVER (PARTITION BY slug ORDER BY created_at, n) AS place,
        count(*) FILTER (WHERE status = 'active') OVER (PARTITION BY slug ORDER BY created_at, n) AS active_places
    FROM demo_customer
) AS o WHERE o.slug = c.slug AND o.n = c.n;
CREATE UNIQUE INDEX ON demo_customer (slug, place);
CREATE UNIQUE INDEX ON demo_customer (slug, active_place);
CREATE INDEX ON demo_customer (slug, created_at, n);
ANALYZE demo_customer;

-- Somebody who was a customer at that moment; lately only those who still come. The last to arrive
-- before it knows how many they were.
CREATE FUNCTION pg_temp.customer_at(of_slug text, at_moment timestamptz, choice text) RETURNS integer LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT c.n FROM (
        SELECT o.place AS places, o.active_places FROM demo_customer o WHERE o.slug = of_slug AND o.created_at < at_moment ORDER BY o.created_at DESC, o.n DESC LIMIT 1
    ) AS known CROSS JOIN LATERAL (
        SELECT c.n FROM demo_customer c WHERE at_moment > now() - interval '90 days' AND c.slug = of_slug AND c.active_place = 1 + pg_temp.hash(choice) % nullif(known.active_places, 0)
        UNION ALL
        SELECT c.n FROM demo_customer c WHERE at_moment <= now() - interval '90 days' AND c.slug = of_slug AND c.place = 1 + pg_temp.hash(choice) % known.places
    ) AS c;
END;

INSERT INTO hs.customers (id, business_id, customer_number, type, first_name, last_name, company_name, email, phone,
    service_address_line_1, service_address_line_2, service_city, service_state, service_postal_code, billing_address_same_as_service,
    billing_address_line_1, billing_city, billing_state, billing_postal_code, preferred_contact_method, marketing_opt_in, service_location,
    status, tags, notes, is_tax_exempt, tax_exemption_reference, created_at, created_by)
SELECT c.id, c.business_id,
    pg_temp.document_number('CUS', c.created_at, b.zone, row_number() OVER (PARTITION BY c.slug, extract(year FROM c.created_at AT TIME ZONE b.zone) ORDER BY c.created_at, c.n)),
    CASE WHEN c.company_name IS NULL THEN 'residential' ELSE 'commercial' END, c.first_name, c.last_name, c.company_name,
    lower(c.first_name || '.' || c.last_name) || CASE WHEN pg_temp.share(c.key || '/email') < 0.3 THEN pg_temp.number(c.key || '/email', 2, 98)::text ELSE '' END || '@example.com',
    pg_temp.phone(c.key, b.area_codes), c.address,
    CASE WHEN c.company_name IS NOT NULL AND pg_temp.share(c.key || '/suite') < 0.5 THEN 'Suite ' || pg_temp.number(c.key || '/suite', 1, 40) * 10
        WHEN pg_temp.share(c.key || '/suite') < 0.12 THEN 'Apartment ' || pg_temp.number(c.key || '/suite', 1, 24) END,
    c.city, c.state, c.postal_code, NOT elsewhere,
    CASE WHEN elsewhere THEN 'PO Box ' || pg_temp.number(c.key || '/box', 100, 4999) END, CASE WHEN elsewhere THEN b.city END,
    CASE WHEN elsewhere THEN b.state END, CASE WHEN elsewhere THEN b.postal_code END,
    pg_temp.pick(c.key || '/contact', '{phone,phone,email,text,text}'), pg_temp.share(c.key || '/marketing') < 0.4, pg_temp.point(c.longitude, c.latitude),
    c.status,
    ARRAY(SELECT tag FROM unnest(b.tags) AS tag WHERE pg_temp.share(c.key || tag) < 0.14 ORDER BY tag),
    CASE WHEN pg_temp.share(c.key || '/notes') < 0.3 THEN pg_temp.pick(c.key || '/note', b.notes) END,
    c.is_tax_exempt, CASE WHEN c.is_tax_exempt THEN b.state || '-EX-' || pg_temp.number(c.key || '/exemption', 10000, 99999) END,
    c.created_at, pg_temp.id('user/' || pg_temp.pick(c.key || '/by', '{manager,manager,staff}') || '@' || c.slug || '.test')
FROM demo_customer c
JOIN demo_business b USING (slug)
CROSS JOIN LATERAL (SELECT pg_temp.share(c.key || '/billing') < CASE WHEN c.company_name IS NULL THEN 0.03 ELSE 0.3 END) AS billed (elsewhere)
ORDER BY c.slug, c.created_at, c.n;

-- The triggers below look customers up by the thousand.
ANALYZE hs.customers;

-- Eight businesses and the people who work there. The password's hash comes in the transaction's
-- setting demo.password_hash.

-- The rows tell of the time around the load: "today" is the day of the load in the business's own zone,
-- so that dashboards have jobs of today. Everything else is fixed.
CREATE TEMPORARY TABLE demo_business (
    slug text PRIMARY KEY,
    id uuid NOT NULL,
    name text NOT NULL,
    legal_name text NOT NULL,
    business_type text NOT NULL,
    industry text NOT NULL,
    zone text NOT NULL,
    today date NOT NULL,
    plan text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    state text NOT NULL,
    postal_code text NOT NULL,
    area_codes text[] NOT NULL,
    tax_rate numeric NOT NULL,
    customers integer NOT NULL,
    -- How many people do the work; set below.
    crew integer NOT NULL DEFAULT 0,
    commercial_share numeric NOT NULL,
    -- How far from the middle of a place its customers live, in degrees; less beside the water.
    spread numeric NOT NULL,
    streets text[] NOT NULL,
    tags text[] NOT NULL,
    notes text[] NOT NULL
) ON COMMIT DROP;

INSERT INTO demo_business (slug, id, name, legal_name, business_type, industry, zone, today, plan, address, city, state, postal_code, area_codes,
    tax_rate, customers, commercial_share, spread, streets, tags, notes)
SELECT slug, pg_temp.id('business/' || slug), name, legal_name, business_type, industry, zone, (now() AT TIME ZONE zone)::date, plan,
    address, city, state, postal_code, area_codes::text[], tax_rate, customers, commercial_share, spread, streets::text[], tags::text[], notes::text[]
FROM (VALUES
    ('hvac', 'Lone Star Heating & Air', 'Lone Star Heating & Air LLC', 'llc', 'hs', 'America/Chicago', 'professional',
        '4120 South Lamar Boulevard', 'Austin', 'TX', '78704', '{512,737}', 0.0825, 300, 0.15, 0.014,
        '{Barton Hills Drive,Shoal Creek Boulevard,Manchaca Road,Burnet Road,Bluebonnet Lane,Oltorf Street,Westgate Boulevard,Slaughter Lane,Parmer Lane,Brodie Lane,Great Oaks Drive,Gattis School Road,Pecan Street,Cypress Creek Road,Mesa Drive,Far West Boulevard,Live Oak Street,Hilltop Street,Red Bud Trail,Woodrow Avenue}',
        '{maintenance-plan,referral,landlord,vip,warranty,new-construction}',
        '{"Dog in the yard; call before arriving.","Gate code is on file with dispatch.","Two systems: upstairs and downstairs.","Filter size 20x25x4.","Prefers mornings.","Attic access through the garage."}'),
    ('plumbing', 'Blue River Plumbing', 'Blue River Plumbing Inc.', 'corporation', 'hs', 'America/Denver', 'starter',
        '2845 Walnut Street', 'Denver', 'CO', '80205', '{303,720}', 0.0881, 300, 0.12, 0.012,
        '{Colfax Avenue,Federal Boulevard,Tennyson Street,Alameda Avenue,Evans Avenue,Sheridan Boulevard,Wadsworth Boulevard,Yosemite Street,Downing Street,Pearl Street,Clarkson Street,Kipling Street,Monaco Parkway,Hampden Avenue,Lowell Boulevard,Marion Street,Race Street,Steele Street,Zuni Street,Bellaire Street}',
        '{maintenance-plan,referral,landlord,vip,older-home,water-softener}',
        '{"Main shut-off is behind the washer.","Galvanized pipes; handle with care.","Tenant lets us in, owner pays.","Street parking only.","Crawl space access from the hall closet.","Call the property manager first."}'),
    ('bistro', 'Bistro Lumière', 'Lumière Hospitality LLC', 'llc', 'rest', 'America/New_York', 'professional',
        '318 Smith Street', 'Brooklyn', 'NY', '11231', '{718,347,917}', 0.08875, 220, 0.04, 0.004,
        '{Smith Street,Court Street,Bergen Street,Dean Street,Carroll Street,Union Street,President Street,Vanderbilt Avenue,Flatbush Avenue,Prospect Place,Sterling Place,Lincoln Place,Park Place,Berkeley Place,Garfield Place,Clinton Street,Henry Street,Hicks Street}',
        '{regular,wine-club,birthday,private-dining,press}',
        '{"Allergic to tree nuts.","Prefers the corner booth.","Anniversary in June.","Vegetarian.","Always asks for the Sancerre.","High chair, please."}'),
    ('garage', 'Main Street Garage', 'Main Street Garage Inc.', 'corporation', 'auto', 'America/Chicago', 'professional',
        '127 South Main Street', 'Naperville', 'IL', '60540', '{630,331}', 0.0775, 260, 0.10, 0.012,
        '{Washington Street,Ogden Avenue,Jefferson Avenue,Chicago Avenue,Mill Street,Aurora Avenue,Maple Avenue,Hobson Road,Modaff Road,Plainfield Road,Naper Boulevard,Gartner Road,Royce Road,Benton Avenue,Columbia Street,Highland Avenue,Prospect Avenue,Fairway Drive}',
        '{fleet,referral,vip,waits-in-shop,shuttle}',
        '{"Drops the car off before seven.","Authorizes up to $300 without a call.","Send photographs of worn parts.","Wants the old parts back.","Needs a ride to the station."}'),
    ('boutique', 'Fern & Thread Boutique', 'Fern & Thread LLC', 'llc', 'ret', 'America/Los_Angeles', 'starter',
        '86 East Colorado Boulevard', 'Pasadena', 'CA', '91101', '{626,818}', 0.1025, 240, 0.03, 0.010,
        '{Lake Avenue,Orange Grove Boulevard,Raymond Avenue,Fair Oaks Avenue,Los Robles Avenue,Del Mar Boulevard,California Boulevard,El Molino Avenue,Hill Avenue,Allen Avenue,Mission Street,Huntington Drive,Garfield Avenue,Brand Boulevard,Verdugo Road,Foothill Boulevard,Myrtle Avenue,Oak Knoll Avenue}',
        '{loyalty,newsletter,stylist,bridal,vip}',
        '{"Size M, likes linen.","Call when new candles arrive.","Shops for the whole family in December.","No wool.","Hold packages at the counter."}'),
    ('academy', 'Bright Path Academy', 'Bright Path Academy Inc.', 'corporation', 'courses', 'America/New_York', 'professional',
        '741 Ponce de Leon Avenue', 'Atlanta', 'GA', '30306', '{404,470,678}', 0, 250, 0.06, 0.012,
        '{Highland Avenue,Virginia Avenue,Moreland Avenue,Ponce de Leon Avenue,Clairmont Road,Briarcliff Road,Peachtree Road,Howell Mill Road,Church Street,Roswell Road,Johnson Ferry Road,Spring Road,Canton Street,Oakdale Road,McLendon Avenue,Scott Boulevard,Commerce Drive,Ashford Dunwoody Road}',
        '{alumni,scholarship,employer-paid,evening,newsletter}',
        '{"Prefers evening classes.","Employer pays the tuition.","Needs captions.","Interested in the certificate track.","Returning after a break."}'),
    ('payroll', 'Ledger & Main Payroll', 'Ledger & Main Payroll Services LLC', 'llc', 'payroll', 'America/Chicago', 'enterprise',
        '1510 Demonbreun Street', 'Nashville', 'TN', '37203', '{615,629}', 0, 120, 1.00, 0.012,
        '{Broadway,Church Street,Gallatin Avenue,Charlotte Avenue,Nolensville Pike,Hillsboro Pike,West End Avenue,Granny White Pike,Franklin Road,Murfreesboro Pike,Lebanon Pike,Main Street,Columbia Avenue,Memorial Boulevard,Old Hickory Boulevard,Thompson Lane,Elm Hill Pike,Mallory Lane}',
        '{biweekly,weekly,semimonthly,tips,union,multi-state}',
        '{"Runs payroll on Wednesdays.","Two states: Tennessee and Kentucky.","Prefers checks for the first month.","Reports tips by shift.","Year-end forms to the accountant."}'),
    ('agency', 'Harbor Investigations', 'Harbor Investigations LLC', 'llc', 'investigations', 'America/New_York', 'starter',
        '22 South Charles Street', 'Baltimore', 'MD', '21201', '{410,443}', 0, 110, 0.45, 0.006,
        '{Charles Street,Saint Paul Street,Calvert Street,Roland Avenue,York Road,Falls Road,Eastern Avenue,Frederick Road,Reisterstown Road,Old Pimlico Road,Light Street,Fort Avenue,Allegheny Avenue,Governor Warfield Parkway,Main Street,West Street,Ingleside Avenue,University Parkway}',
        '{attorney,insurance,retainer,confidential,repeat}',
        '{"Call the mobile number only.","Retainer paid in January.","Send reports by courier.","Counsel of record is copied.","No voicemail."}')
) AS given (slug, name, legal_name, business_type, industry, zone, plan, address, city, state, postal_code, area_codes, tax_rate, customers, commercial_share, spread, streets, tags, notes);

CREATE TEMPORARY TABLE demo_person (
    slug text NOT NULL,
    local_part text NOT NULL,
    email text PRIMARY KEY,
    id uuid NOT NULL,
    role text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    job_title text NOT NULL,
    -- The place in the rota of those who do the work: technicians, servers, sales people.
    shift integer
) ON COMMIT DROP;

INSERT INTO demo_person
SELECT slug, local_part, local_part || '@' || slug || '.test', pg_temp.id('user/' || local_part || '@' || slug || '.test'),
    role, first_name, last_name, job_title, CASE WHEN works THEN row_number() OVER (PARTITION BY slug, works ORDER BY place) END
FROM (VALUES
    (1, 'hvac', 'owner', 'owner', 'Daniel', 'Whitaker', 'President', false),
    (2, 'hvac', 'manager', 'manager', 'Patricia', 'Nguyen', 'Dispatcher', false),
    (3, 'hvac', 'staff', 'staff', 'Luis', 'Herrera', 'Senior technician', true),
    (4, 'hvac', 'viewer', 'viewer', 'Karen', 'Abbott', 'Bookkeeper', false),
    (5, 'hvac', 'maria.gomez', 'staff', 'Maria', 'Gomez', 'Installer', true),
    (6, 'hvac', 'james.carter', 'staff', 'James', 'Carter', 'Technician', true),
    (7, 'hvac', 'devin.brooks', 'staff', 'Devin', 'Brooks', 'Technician', true),
    (8, 'hvac', 'tyler.jensen', 'staff', 'Tyler', 'Jensen', 'Apprentice', true),
    (9, 'hvac', 'aisha.thompson', 'staff', 'Aisha', 'Thompson', 'Technician', true),
    (10, 'hvac', 'noah.fischer', 'staff', 'Noah', 'Fischer', 'Installer', true),
    (11, 'hvac', 'both', 'manager', 'Rachel', 'Kim', 'Operations partner', false),
    (1, 'plumbing', 'owner', 'owner', 'Margaret', 'Sullivan', 'Master plumber', false),
    (2, 'plumbing', 'manager', 'manager', 'Kevin', 'Brannigan', 'Office manager', false),
    (3, 'plumbing', 'staff', 'staff', 'Andre', 'Wilson', 'Journeyman plumber', true),
    (4, 'plumbing', 'viewer', 'viewer', 'Linda', 'Park', 'Accountant', false),
    (5, 'plumbing', 'marcus.reed', 'staff', 'Marcus', 'Reed', 'Journeyman plumber', true),
    (6, 'plumbing', 'sofia.ramirez', 'staff', 'Sofia', 'Ramirez', 'Drain technician', true),
    (7, 'plumbing', 'ben.lindqvist', 'staff', 'Ben', 'Lindqvist', 'Apprentice', true),
    (8, 'plumbing', 'hannah.cole', 'staff', 'Hannah', 'Cole', 'Journeyman plumber', true),
    (9, 'plumbing', 'omar.farouk', 'staff', 'Omar', 'Farouk', 'Water heater technician', true),
    (10, 'plumbing', 'irene.vance', 'staff', 'Irene', 'Vance', 'Journeyman plumber', true),
    (1, 'bistro', 'owner', 'owner', 'Claire', 'Moreau', 'Chef and proprietor', false),
    (2, 'bistro', 'manager', 'manager', 'Anthony', 'Russo', 'General manager', false),
    (3, 'bistro', 'staff', 'staff', 'Jasmine', 'Lee', 'Head server', true),
    (4, 'bistro', 'viewer', 'viewer', 'Peter', 'Hoffman', 'Accountant', false),
    (5, 'bistro', 'lucas.bennett', 'staff', 'Lucas', 'Bennett', 'Server', true),
    (6, 'bistro', 'emily.tran', 'staff', 'Emily', 'Tran', 'Server', true),
    (7, 'bistro', 'nadia.petrova', 'staff', 'Nadia', 'Petrova', 'Bartender', true),
    (8, 'bistro', 'diego.santos', 'staff', 'Diego', 'Santos', 'Server', true),
    (1, 'garage', 'owner', 'owner', 'Robert', 'Kowalski', 'Owner and master technician', false),
    (2, 'garage', 'manager', 'manager', 'Denise', 'Fletcher', 'Service writer', false),
    (3, 'garage', 'staff', 'staff', 'Chris', 'Novak', 'Technician', true),
    (4, 'garage', 'viewer', 'viewer', 'Janet', 'Olson', 'Bookkeeper', false),
    (5, 'garage', 'mike.sandoval', 'staff', 'Mike', 'Sandoval', 'Technician', true),
    (6, 'garage', 'tanya.williams', 'staff', 'Tanya', 'Williams', 'Diagnostic technician', true),
    (7, 'garage', 'eric.schmidt', 'staff', 'Eric', 'Schmidt', 'Technician', true),
    (8, 'garage', 'paul.dvorak', 'staff', 'Paul', 'Dvorak', 'Alignment technician', true),
    (9, 'garage', 'grace.okafor', 'staff', 'Grace', 'Okafor', 'Service writer', false),
    (1, 'boutique', 'owner', 'owner', 'Isabella', 'Fontaine', 'Owner and buyer', false),
    (2, 'boutique', 'manager', 'manager', 'Naomi', 'Clarke', 'Store manager', false),
    (3, 'boutique', 'staff', 'staff', 'Zoe', 'Marshall', 'Stylist', true),
    (4, 'boutique', 'viewer', 'viewer', 'Helen', 'Wu', 'Accountant', false),
    (5, 'boutique', 'chloe.bishop', 'staff', 'Chloe', 'Bishop', 'Sales associate', true),
    (6, 'boutique', 'mateo.vargas', 'staff', 'Mateo', 'Vargas', 'Sales associate', true),
    (7, 'boutique', 'priya.nair', 'staff', 'Priya', 'Nair', 'Sales associate', true),
    (8, 'boutique', 'ruby.dalton', 'staff', 'Ruby', 'Dalton', 'Online orders', true),
    (1, 'academy', 'owner', 'owner', 'Angela', 'Freeman', 'Director', false),
    (2, 'academy', 'manager', 'manager', 'Stephen', 'Hale', 'Program manager', false),
    (3, 'academy', 'staff', 'staff', 'Monica', 'Reyes', 'Instructor', true),
    (4, 'academy', 'viewer', 'viewer', 'George', 'Tate', 'Auditor', false),
    (5, 'academy', 'david.osei', 'staff', 'David', 'Osei', 'Instructor', true),
    (6, 'academy', 'laura.finch', 'staff', 'Laura', 'Finch', 'Instructor', true),
    (7, 'academy', 'samuel.ortiz', 'staff', 'Samuel', 'Ortiz', 'Instructor', true),
    (8, 'academy', 'beth.callahan', 'staff', 'Beth', 'Callahan', 'Registrar', true),
    (1, 'payroll', 'owner', 'owner', 'Gregory', 'Barnes', 'Managing partner', false),
    (2, 'payroll', 'manager', 'manager', 'Susan', 'Pruitt', 'Payroll manager', false),
    (3, 'payroll', 'staff', 'staff', 'Alan', 'McBride', 'Payroll specialist', true),
    (4, 'payroll', 'viewer', 'viewer', 'Theresa', 'Quinn', 'Compliance reviewer', false),
    (5, 'payroll', 'julia.stone', 'staff', 'Julia', 'Stone', 'Payroll specialist', true),
    (6, 'payroll', 'nathan.price', 'staff', 'Nathan', 'Price', 'Tax specialist', true),
    (7, 'payroll', 'wendy.chu', 'staff', 'Wendy', 'Chu', 'Payroll specialist', true),
    (8, 'payroll', 'carl.jimenez', 'staff', 'Carl', 'Jimenez', 'Onboarding specialist', true),
    (1, 'agency', 'owner', 'owner', 'Thomas', 'Garrity', 'Principal investigator', false),
    (2, 'agency', 'manager', 'manager', 'Victoria', 'Lang', 'Case manager', false),
    (3, 'agency', 'staff', 'staff', 'Jerome', 'Banks', 'Field investigator', true),
    (4, 'agency', 'viewer', 'viewer', 'Alice', 'Mercer', 'Paralegal', false),
    (5, 'agency', 'frank.delgado', 'staff', 'Frank', 'Delgado', 'Field investigator', true),
    (6, 'agency', 'nina.kowalczyk', 'staff', 'Nina', 'Kowalczyk', 'Research analyst', true),
    (7, 'agency', 'ray.holloway', 'staff', 'Ray', 'Holloway', 'Field investigator', true),
    (8, 'agency', 'diane.shaw', 'staff', 'Diane', 'Shaw', 'Research analyst', true)
) AS given (place, slug, local_part, role, first_name, last_name, job_title, works);

UPDATE demo_business b SET crew = (SELECT max(p.shift) FROM demo_person p WHERE p.slug = b.slug);
CREATE UNIQUE INDEX ON demo_person (slug, shift);
ANALYZE demo_business;
ANALYZE demo_person;

INSERT INTO auth.users (id, email, encrypted_password, email_confirmed_at, last_sign_in_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
SELECT p.id, p.email, current_setting('demo.password_hash'), pg_temp.moment(b.today - 548, 560, b.zone), pg_temp.moment(b.today - pg_temp.number(p.email, 1, 6), 480, b.zone),
    '{"provider": "email", "providers": ["email"]}', jsonb_build_object('job_title', p.job_title), pg_temp.moment(b.today - 548, 555, b.zone), pg_temp.moment(b.today - 548, 560, b.zone)
FROM demo_person p JOIN demo_business b USING (slug) ORDER BY p.email;

INSERT INTO auth.identities (id, user_id, provider, provider_id, identity_data, last_sign_in_at, created_at, updated_at)
SELECT pg_temp.id('identity/' || p.email), p.id, 'email', p.id::text, jsonb_build_object('sub', p.id, 'email', p.email, 'email_verified', true),
    a.last_sign_in_at, a.created_at, a.created_at
FROM demo_person p JOIN auth.users a ON a.id = p.id ORDER BY p.email;

INSERT INTO users.users (id, first_name, last_name, display_name, email, phone, timezone, theme, email_verified, created_at, updated_at, last_login_at)
SELECT p.id, p.first_name, p.last_name, p.first_name || ' ' || p.last_name, p.email, pg_temp.phone('user/' || p.email, b.area_codes), b.zone,
    pg_temp.pick('theme/' || p.email, '{light,dark,system}'), true, a.created_at, a.created_at, a.last_sign_in_at
FROM demo_person p JOIN demo_business b USING (slug) JOIN auth.users a ON a.id = p.id ORDER BY p.email;

INSERT INTO businesses.businesses (id, name, legal_name, industry, business_type, email, phone, website, address_line_1, city, state_province, postal_code,
    timezone, plan, plan_started_at, created_at, updated_at, created_by)
SELECT b.id, b.name, b.legal_name, b.industry, b.business_type, 'office.' || b.slug || '@example.com', pg_temp.phone('business/' || b.slug, b.area_codes),
    'https://' || b.slug || '.example.com', b.address, b.city, b.state, b.postal_code, b.zone, b.plan,
    pg_temp.moment(b.today - 548, 570, b.zone), pg_temp.moment(b.today - 548, 570, b.zone), pg_temp.moment(b.today - 548, 570, b.zone), p.id
FROM demo_business b JOIN demo_person p ON p.slug = b.slug AND p.local_part = 'owner' ORDER BY b.slug;

INSERT INTO users.business_users (id, user_id, business_id, role, status, invited_at, joined_at, created_at, updated_at, created_by)
SELECT pg_temp.id('member/' || b.slug || '/' || p.email), p.id, b.id, p.role, 'active',
    CASE WHEN p.local_part <> 'owner' THEN pg_temp.moment(b.today - 547, 600, b.zone) END, pg_temp.moment(b.today - 547, 660, b.zone),
    pg_temp.moment(b.today - 547, 600, b.zone), pg_temp.moment(b.today - 547, 660, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM (
    SELECT slug, id, email, local_part, role FROM demo_person
    UNION ALL
    -- One person belongs to two businesses, with another standing in each.
    SELECT 'plumbing', id, email, local_part, 'owner' FROM demo_person WHERE email = 'both@hvac.test'
) AS p JOIN demo_business b USING (slug) ORDER BY b.slug, p.email;

-- What the scripts beside this one share. All of it ends with the session that loads them.
-- Choices hang on the hash of a key instead of random(): every load makes the same rows, and a row
-- more changes no other.

CREATE FUNCTION pg_temp.hash(key text) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN ('x' || substr(md5(key), 1, 8))::bit(32)::bigint;

-- From 0 up to, but not, 1.
CREATE FUNCTION pg_temp.share(key text) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN pg_temp.hash(key) / 4294967296.0::double precision;

CREATE FUNCTION pg_temp.number(key text, low integer, high integer) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN low + (pg_temp.hash(key) % (high - low + 1))::integer;

CREATE FUNCTION pg_temp.amount(key text, low numeric, high numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN round(low + (high - low) * pg_temp.share(key)::numeric, 2);

CREATE FUNCTION pg_temp.pick(key text, options text[]) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN options[1 + pg_temp.hash(key) % cardinality(options)];

-- The form of a UUID made from a name, so that strict readers take it.
CREATE FUNCTION pg_temp.id(key text) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN overlay(overlay(md5('thorbis demo/' || key) PLACING '5' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::uuid;

-- Numbers that are set aside for stories: nobody's phone rings.
CREATE FUNCTION pg_temp.phone(key text, area_codes text[]) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN '+1 ' || pg_temp.pick(key || '/area', area_codes) || ' 555 01' || lpad(pg_temp.number(key, 0, 99)::text, 2, '0');

-- So many minutes after the beginning of a day of the business.
CREATE FUNCTION pg_temp.moment(day date, minutes integer, zone text) RETURNS timestamptz LANGUAGE sql STABLE
    RETURN (day::timestamp + make_interval(mins => minutes)) AT TIME ZONE zone;

-- WO-2025-0007, in the year of the business's zone, as platform.next_number would have written it.
CREATE FUNCTION pg_temp.document_number(prefix text, created_at timestamptz, zone text, place bigint) RETURNS text LANGUAGE sql STABLE
    RETURN prefix || '-' || extract(year FROM created_at AT TIME ZONE zone)::text || '-' || lpad(place::text, greatest(4, length(place::text)), '0');

CREATE FUNCTION pg_temp.point(longitude numeric, latitude numeric) RETURNS public.geography LANGUAGE sql IMMUTABLE
    RETURN public.st_setsrid(public.st_makepoint(longitude, latitude), 4326)::public.geography;

-- Settings are listed by owners and managers, but what they say holds for everybody: an action that a
-- technician runs reads one of them here, of the current business and no other.
CREATE FUNCTION businesses.read_setting(p_category text, p_key text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT s.value FROM businesses.business_settings s
    WHERE s.business_id = (SELECT auth.get_current_business_id()) AND s.category = p_category AND s.key = p_key
$$;
ALTER FUNCTION businesses.read_setting(text, text) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION businesses.read_setting(text, text) TO thorbis_gateway;
COMMENT ON FUNCTION businesses.read_setting(text, text) IS 'The value of a setting of the current business, or null where it has none.';

-- Talk about a course, ratings, and proof of having passed.

CALL platform.keep_totals('courses.discussion_threads', '{
    "post_count": "(SELECT count(*)::integer FROM courses.discussion_posts c WHERE c.business_id = p.business_id AND c.discussion_thread_id = p.id AND c.hidden_at IS NULL AND c.deleted_at IS NULL)",
    "last_post_at": "(SELECT max(c.created_at) FROM courses.discussion_posts c WHERE c.business_id = p.business_id AND c.discussion_thread_id = p.id AND c.hidden_at IS NULL AND c.deleted_at IS NULL)"}',
    '{"courses.discussion_posts": ["discussion_thread_id", "hidden_at"]}');
CALL platform.keep_totals('courses.courses',
    '{"rating_average": "(SELECT round(avg(r.rating), 2) FROM courses.course_reviews r WHERE r.business_id = p.business_id AND r.course_id = p.id AND r.status = ''published'' AND r.deleted_at IS NULL)"}',
    '{"courses.course_reviews": ["course_id", "rating", "status"]}');

CREATE FUNCTION courses.check_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM courses.discussion_threads t WHERE t.business_id = NEW.business_id AND t.id = NEW.discussion_thread_id AND t.is_locked) THEN
        PERFORM platform.refuse('discussion_thread_id', 'is locked and takes no more replies.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF EXISTS (SELECT FROM courses.discussion_posts o WHERE o.business_id = NEW.business_id AND o.id = NEW.parent_id AND o.discussion_thread_id <> NEW.discussion_thread_id) THEN
        PERFORM platform.refuse('parent_id', 'must be a reply in the same discussion.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_post() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF discussion_thread_id, parent_id ON courses.discussion_posts FOR EACH ROW EXECUTE FUNCTION courses.check_post();

-- A certificate ends when its template says, unless it says so itself.
CREATE FUNCTION courses.issue_certificate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    months integer := (SELECT t.validity_months FROM courses.certificate_templates t WHERE t.business_id = NEW.business_id AND t.id = NEW.certificate_template_id);
BEGIN
    IF months IS NOT NULL AND NEW.expires_on IS NULL AND NEW.issued_on < DATE '9000-01-01' THEN
        NEW.expires_on := NEW.issued_on + make_interval(months => least(months, 1200));
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.issue_certificate() OWNER TO thorbis_definer;
CREATE TRIGGER k_issue BEFORE INSERT ON courses.certificates FOR EACH ROW EXECUTE FUNCTION courses.issue_certificate();

COMMENT ON COLUMN courses.discussion_threads.post_count IS 'Replies that are shown; kept by the system.';
COMMENT ON COLUMN courses.discussion_threads.last_post_at IS 'When the last reply came that is shown; kept by the system.';
COMMENT ON COLUMN courses.courses.rating_average IS 'The average rating of published reviews; kept by the system.';
COMMENT ON COLUMN courses.certificates.verification_code IS 'Tells anybody who has it that the certificate is real; made by the system.';

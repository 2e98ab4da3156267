-- Conversations count their messages, and are seen by the person in them, by owners and managers, and by
-- the colleague they were handed over to.

CALL platform.keep_totals('ai.conversations', $totals${
    "message_count": "(SELECT count(*)::integer FROM ai.messages c WHERE c.business_id = p.business_id AND c.conversation_id = p.id)",
    "last_message_at": "(SELECT max(c.created_at) FROM ai.messages c WHERE c.business_id = p.business_id AND c.conversation_id = p.id)"
}$totals$, '{"ai.messages": ["conversation_id"]}');

-- A message takes the next place of its conversation and is of the person it is with: no request writes into
-- another's. The platform's own imports are not asked.
CREATE FUNCTION ai.place_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    conversation ai.conversations;
BEGIN
    SELECT * INTO conversation FROM ai.conversations c WHERE c.business_id = NEW.business_id AND c.id = NEW.conversation_id FOR NO KEY UPDATE;
    NEW.user_id := coalesce(NEW.user_id, conversation.user_id);
    IF auth.uid() IS NOT NULL AND NEW.user_id IS DISTINCT FROM conversation.user_id THEN
        PERFORM platform.refuse('conversation_id', 'must be a conversation with this person.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.position := (SELECT coalesce(max(m.position), 0) + 1 FROM ai.messages m WHERE m.conversation_id = NEW.conversation_id);
    RETURN NEW;
END $$;
ALTER FUNCTION ai.place_message() OWNER TO thorbis_definer;
CREATE TRIGGER j_place BEFORE INSERT ON ai.messages FOR EACH ROW EXECUTE FUNCTION ai.place_message();

-- What was said stays said: only the reader's judgement of it changes.
CREATE TRIGGER j_said BEFORE UPDATE ON ai.messages FOR EACH ROW EXECUTE FUNCTION ai.keep_unchanged('cannot change: what was said stays said.', 'rating', 'rating_note');

CREATE POLICY handed_over ON ai.conversations FOR SELECT TO thorbis_gateway
    USING (handed_over_to_id = (SELECT auth.uid()) AND business_id = (SELECT auth.get_current_business_id()));
CREATE POLICY handed_over ON ai.messages FOR SELECT TO thorbis_gateway
    USING (business_id = (SELECT auth.get_current_business_id())
        AND conversation_id IN (SELECT c.id FROM ai.conversations c WHERE c.handed_over_to_id = (SELECT auth.uid())));

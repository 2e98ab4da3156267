-- As before, but a case that is not the business's is left to the reference, which says so: the hold behind
-- it was missed first, and the refusal named a field that nobody gave.
CREATE OR REPLACE FUNCTION investigations.place_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    hold uuid;
BEGIN
    IF NEW.status = 'active' AND NEW.audit_legal_hold_id IS NULL THEN
        INSERT INTO audit.legal_holds (business_id, name, matter_reference, reason, custodian_id)
        SELECT NEW.business_id, c.case_number || ': ' || NEW.name || ' (' || left(NEW.id::text, 8) || ')', c.case_number, NEW.scope, NEW.issued_by_id
        FROM investigations.cases c WHERE c.business_id = NEW.business_id AND c.id = NEW.case_id RETURNING id INTO hold;
        IF hold IS NULL THEN
            RETURN NEW;
        END IF;
        INSERT INTO audit.legal_hold_items (business_id, legal_hold_id, entity_type, entity_id)
        VALUES (NEW.business_id, hold, 'investigations.cases', NEW.case_id);
        INSERT INTO audit.legal_hold_items (business_id, legal_hold_id, entity_type, entity_id)
        SELECT e.business_id, hold, 'investigations.evidence_items', e.id FROM investigations.evidence_items e
        WHERE e.business_id = NEW.business_id AND e.case_id = NEW.case_id AND e.deleted_at IS NULL;
        NEW.audit_legal_hold_id := hold;
        NEW.issued_on := coalesce(NEW.issued_on, CURRENT_DATE);
    ELSIF NEW.status = 'released' THEN
        UPDATE audit.legal_holds h SET status = 'released', release_reason = 'The hold on the case was released.'
        WHERE h.business_id = NEW.business_id AND h.id = NEW.audit_legal_hold_id AND h.status = 'active' AND h.deleted_at IS NULL;
        NEW.released_on := coalesce(NEW.released_on, greatest(NEW.issued_on, CURRENT_DATE));
    END IF;
    RETURN NEW;
END $$;

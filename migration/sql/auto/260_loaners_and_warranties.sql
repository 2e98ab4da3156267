-- Loaner cars come and go with their agreements.
CREATE FUNCTION auto.check_loaner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    car auto.loaner_vehicles;
BEGIN
    SELECT * INTO car FROM auto.loaner_vehicles v WHERE v.business_id = NEW.business_id AND v.id = NEW.loaner_vehicle_id FOR NO KEY UPDATE;
    IF NEW.status = 'out' AND car.status IN ('maintenance', 'retired') THEN
        PERFORM platform.refuse('loaner_vehicle_id', 'must be a car that is available.', 'auto', 'loaner_agreements');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_loaner() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_loaner BEFORE INSERT OR UPDATE OF status, loaner_vehicle_id ON auto.loaner_agreements FOR EACH ROW
    WHEN (NEW.status = 'out') EXECUTE FUNCTION auto.check_loaner();

CREATE FUNCTION auto.stamp_loan() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'out' THEN
        NEW.out_at := coalesce(NEW.out_at, now());
    ELSIF NEW.status = 'returned' THEN
        -- A car comes back no earlier than it went out.
        NEW.returned_at := coalesce(NEW.returned_at, greatest(now(), NEW.out_at));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER k_stamp_loan BEFORE UPDATE ON auto.loaner_agreements FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION auto.stamp_loan();

CREATE FUNCTION auto.follow_loan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'out' THEN
        UPDATE auto.loaner_vehicles v SET status = 'on_loan'
        WHERE v.business_id = NEW.business_id AND v.id = NEW.loaner_vehicle_id AND v.status = 'available' AND v.deleted_at IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE auto.loaner_vehicles v SET status = CASE v.status WHEN 'on_loan' THEN 'available' ELSE v.status END, odometer = greatest(v.odometer, NEW.odometer_in)
        WHERE v.business_id = NEW.business_id AND v.id = NEW.loaner_vehicle_id AND v.deleted_at IS NULL AND (v.status = 'on_loan' OR v.odometer < NEW.odometer_in);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_loan() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_loan AFTER INSERT ON auto.loaner_agreements FOR EACH ROW WHEN (NEW.status = 'out') EXECUTE FUNCTION auto.follow_loan();
CREATE TRIGGER totals_follow_loan_change AFTER UPDATE ON auto.loaner_agreements FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('out', 'returned')) EXECUTE FUNCTION auto.follow_loan();

-- The shop's warranty is for the car that was repaired, and a claim is about a repair of its own order.
CREATE FUNCTION auto.check_warranty() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.vehicle_id <> (SELECT o.vehicle_id FROM auto.repair_order_jobs j JOIN auto.repair_orders o ON o.business_id = j.business_id AND o.id = j.repair_order_id
        WHERE j.business_id = NEW.business_id AND j.id = NEW.repair_order_job_id)
    THEN
        PERFORM platform.refuse('vehicle_id', 'must be the vehicle of the job.', 'auto', 'repair_warranties');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_warranty() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_vehicle BEFORE INSERT OR UPDATE OF repair_order_job_id, vehicle_id ON auto.repair_warranties FOR EACH ROW EXECUTE FUNCTION auto.check_warranty();

CREATE FUNCTION auto.check_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF (SELECT w.vehicle_id FROM auto.repair_warranties w WHERE w.business_id = NEW.business_id AND w.id = NEW.repair_warranty_id)
        <> (SELECT o.vehicle_id FROM auto.repair_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.repair_order_id)
    THEN
        PERFORM platform.refuse('repair_warranty_id', 'must be a warranty on the same vehicle.', 'auto', 'warranty_claims');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_claim() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_warranty BEFORE INSERT OR UPDATE OF repair_order_id, repair_warranty_id ON auto.warranty_claims FOR EACH ROW
    WHEN (NEW.repair_warranty_id IS NOT NULL) EXECUTE FUNCTION auto.check_claim();

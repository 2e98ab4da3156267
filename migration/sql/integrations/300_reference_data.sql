-- The outside services that businesses connect to, and the events they can listen to.

INSERT INTO integrations.services (id, key, name, kind, description, authentication, available_scopes, is_webhook_capable, is_sync_capable, documentation_url)
SELECT md5('service ' || v.key)::uuid, v.key, v.name, v.kind, v.description, v.authentication, v.scopes::text[], v.webhooks, v.sync, v.documentation
FROM (VALUES
    ('stripe', 'Stripe', 'payment', 'Card payments and bank debits.', 'api_key', '{}', true, true, 'https://docs.stripe.com'),
    ('square', 'Square', 'payment', 'Card payments at the counter and online.', 'oauth2', '{PAYMENTS_READ,PAYMENTS_WRITE,ORDERS_READ}', true, true, 'https://developer.squareup.com'),
    ('paypal', 'PayPal', 'payment', 'Payments by PayPal account.', 'oauth2', '{}', true, false, 'https://developer.paypal.com'),
    ('quickbooks_online', 'QuickBooks Online', 'accounting', 'Invoices, payments and the books.', 'oauth2', '{com.intuit.quickbooks.accounting}', true, true, 'https://developer.intuit.com'),
    ('xero', 'Xero', 'accounting', 'Invoices, payments and the books.', 'oauth2', '{accounting.transactions,accounting.contacts,offline_access}', true, true, 'https://developer.xero.com'),
    ('sendgrid', 'SendGrid', 'email', 'Sends mail and reports what became of it.', 'api_key', '{}', true, false, 'https://www.twilio.com/docs/sendgrid'),
    ('mailgun', 'Mailgun', 'email', 'Sends mail and reports what became of it.', 'api_key', '{}', true, false, 'https://documentation.mailgun.com'),
    ('twilio', 'Twilio', 'sms', 'Text messages and calls.', 'basic', '{}', true, false, 'https://www.twilio.com/docs'),
    ('google_calendar', 'Google Calendar', 'calendar', 'Appointments in a Google calendar.', 'oauth2', '{https://www.googleapis.com/auth/calendar.events}', true, true, 'https://developers.google.com/calendar'),
    ('microsoft_365', 'Microsoft 365', 'calendar', 'Appointments in an Outlook calendar.', 'oauth2', '{Calendars.ReadWrite,offline_access}', true, true, 'https://learn.microsoft.com/graph'),
    ('google_maps', 'Google Maps', 'maps', 'Addresses, routes and travel times.', 'api_key', '{}', false, false, 'https://developers.google.com/maps'),
    ('mapbox', 'Mapbox', 'maps', 'Addresses, routes and travel times.', 'api_key', '{}', false, false, 'https://docs.mapbox.com'),
    ('amazon_s3', 'Amazon S3', 'storage', 'Copies of files and exports in an own bucket.', 'api_key', '{}', false, false, 'https://docs.aws.amazon.com/s3'),
    ('dropbox', 'Dropbox', 'storage', 'Copies of files in a Dropbox folder.', 'oauth2', '{files.content.write,files.content.read}', true, true, 'https://www.dropbox.com/developers'),
    ('shopify', 'Shopify', 'ecommerce', 'Products, stock and orders of an online shop.', 'oauth2', '{read_products,write_products,read_orders,write_inventory}', true, true, 'https://shopify.dev'),
    ('woocommerce', 'WooCommerce', 'ecommerce', 'Products, stock and orders of an online shop.', 'basic', '{}', true, true, 'https://woocommerce.com/documentation'),
    ('doordash', 'DoorDash', 'delivery', 'Orders to be delivered.', 'api_key', '{}', true, true, 'https://developer.doordash.com'),
    ('uber_eats', 'Uber Eats', 'delivery', 'Orders to be delivered.', 'oauth2', '{eats.store,eats.order}', true, true, 'https://developer.uber.com'),
    ('gusto', 'Gusto', 'payroll', 'Employees and hours for payroll.', 'oauth2', '{employees:read,time:write}', true, true, 'https://docs.gusto.com'),
    ('adp', 'ADP', 'payroll', 'Employees and hours for payroll.', 'certificate', '{}', false, true, 'https://developers.adp.com'),
    ('hubspot', 'HubSpot', 'crm', 'Contacts and deals.', 'oauth2', '{crm.objects.contacts.read,crm.objects.contacts.write}', true, true, 'https://developers.hubspot.com'),
    ('salesforce', 'Salesforce', 'crm', 'Accounts, contacts and opportunities.', 'oauth2', '{api,refresh_token}', false, true, 'https://developer.salesforce.com'),
    ('okta', 'Okta', 'identity', 'Members sign in with the company''s login.', 'oauth2', '{openid,profile,email}', true, false, 'https://developer.okta.com'),
    ('microsoft_entra', 'Microsoft Entra ID', 'identity', 'Members sign in with the company''s login.', 'oauth2', '{openid,profile,email}', false, false, 'https://learn.microsoft.com/entra'),
    ('ai_gateway', 'Own AI account', 'ai', 'Assistants run on the business''s own account with a provider.', 'api_key', '{}', false, false, NULL)
) AS v (key, name, kind, description, authentication, scopes, webhooks, sync, documentation);

-- Clients name the service of a connection in words; few know its id. Where none is given the connection
-- is to "another service", and where the words are the key of one that is listed, to that one.
INSERT INTO integrations.services (id, key, name, kind, description, authentication)
VALUES ('6f746865-7200-4000-8000-000000000000', 'other', 'Another service', 'other', 'A service that is not listed; service_name says which.', 'none');
UPDATE integrations.integration_configs c
SET service_id = coalesce((SELECT s.id FROM integrations.services s WHERE s.key = lower(c.service_name)), '6f746865-7200-4000-8000-000000000000')
WHERE c.service_id IS NULL;
ALTER TABLE integrations.integration_configs
    ALTER COLUMN service_id SET DEFAULT '6f746865-7200-4000-8000-000000000000',
    ALTER COLUMN service_id SET NOT NULL;

CREATE FUNCTION integrations.find_service() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.service_id := coalesce((SELECT s.id FROM integrations.services s WHERE s.key = lower(NEW.service_name)), NEW.service_id);
    RETURN NEW;
END $$;
ALTER FUNCTION integrations.find_service() OWNER TO thorbis_definer;
CREATE TRIGGER j_service BEFORE INSERT ON integrations.integration_configs FOR EACH ROW
    WHEN (NEW.service_id = '6f746865-7200-4000-8000-000000000000') EXECUTE FUNCTION integrations.find_service();
COMMENT ON COLUMN integrations.integration_configs.service_id IS 'The listed service; left out, it is found by service_name, else "other".';

-- Every event's payload has the same shape: what happened to which record, and the record as it is then.
INSERT INTO integrations.event_types (id, key, name, description, table_name, is_public, payload_schema)
SELECT md5('event type ' || v.key)::uuid, v.key, v.name, v.description, v.table_name, v.is_public, jsonb_build_object(
    'type', 'object', 'required', '["id", "event", "occurred_at", "record"]'::jsonb, 'properties', jsonb_build_object(
        'id', '{"type": "string", "format": "uuid"}'::jsonb, 'event', jsonb_build_object('const', v.key),
        'occurred_at', '{"type": "string", "format": "date-time"}'::jsonb, 'record', '{"type": "object", "required": ["id"]}'::jsonb,
        'changed', '{"type": "array", "items": {"type": "string"}}'::jsonb))
FROM (VALUES
    ('customer.created', 'Customer added', 'A customer was added.', 'hs.customers', true),
    ('customer.updated', 'Customer changed', 'A customer''s data changed.', 'hs.customers', true),
    ('lead.created', 'Lead came in', 'Somebody asked for an offer.', 'hs.leads', true),
    ('lead.won', 'Lead won', 'A lead became a customer.', 'hs.leads', true),
    ('estimate.sent', 'Estimate sent', 'An estimate was sent to a customer.', 'hs.estimates', true),
    ('estimate.approved', 'Estimate approved', 'A customer approved an estimate.', 'hs.estimates', true),
    ('estimate.rejected', 'Estimate rejected', 'A customer rejected an estimate.', 'hs.estimates', true),
    ('appointment.scheduled', 'Appointment scheduled', 'An appointment was given a time.', 'hs.appointments', true),
    ('appointment.upcoming', 'Appointment near', 'An appointment begins soon.', 'hs.appointments', true),
    ('appointment.cancelled', 'Appointment cancelled', 'An appointment was called off.', 'hs.appointments', true),
    ('work_order.created', 'Work order added', 'A job was noted.', 'hs.work_orders', true),
    ('work_order.dispatched', 'Work order dispatched', 'Somebody is on the way to a job.', 'hs.work_orders', true),
    ('work_order.completed', 'Work order completed', 'A job is done.', 'hs.work_orders', true),
    ('work_order.cancelled', 'Work order cancelled', 'A job was called off.', 'hs.work_orders', true),
    ('invoice.sent', 'Invoice sent', 'An invoice was sent to a customer.', 'hs.invoices', true),
    ('invoice.paid', 'Invoice paid', 'An invoice was paid in full.', 'hs.invoices', true),
    ('invoice.overdue', 'Invoice overdue', 'An invoice was not paid in time.', 'hs.invoices', true),
    ('payment.received', 'Payment received', 'A customer paid.', 'hs.payments', true),
    ('service_agreement.activated', 'Agreement active', 'A maintenance contract began.', 'hs.service_agreements', true),
    ('service_agreement.expired', 'Agreement expired', 'A maintenance contract ended.', 'hs.service_agreements', true),
    ('reservation.booked', 'Table reserved', 'A guest reserved a table.', 'rest.reservations', true),
    ('reservation.cancelled', 'Reservation cancelled', 'A guest called a reservation off.', 'rest.reservations', true),
    ('order.submitted', 'Order placed', 'A guest ordered.', 'rest.orders', true),
    ('order.ready', 'Order ready', 'The kitchen is done with an order.', 'rest.orders', true),
    ('order.completed', 'Order completed', 'An order was served and paid.', 'rest.orders', true),
    ('repair_order.opened', 'Repair order opened', 'A car came in.', 'auto.repair_orders', true),
    ('repair_order.waiting_approval', 'Approval needed', 'A repair waits for the customer''s yes.', 'auto.repair_orders', true),
    ('repair_order.completed', 'Repair completed', 'A car is ready.', 'auto.repair_orders', true),
    ('inspection.completed', 'Inspection completed', 'A car was inspected.', 'auto.inspections', true),
    ('sale.completed', 'Sale completed', 'A sale was made.', 'ret.sales_orders', true),
    ('sale.returned', 'Sale returned', 'Goods came back.', 'ret.sales_orders', true),
    ('enrollment.created', 'Learner enrolled', 'A learner joined a course.', 'courses.enrollments', true),
    ('enrollment.completed', 'Course completed', 'A learner finished a course.', 'courses.enrollments', true),
    ('pay_run.approved', 'Pay run approved', 'A pay run was approved.', 'payroll.pay_runs', false),
    ('pay_run.paid', 'Pay run paid', 'Wages were paid.', 'payroll.pay_runs', false),
    ('case.opened', 'Case opened', 'An investigation began.', 'investigations.cases', false),
    ('case.closed', 'Case closed', 'An investigation ended.', 'investigations.cases', false),
    ('message.received', 'Message received', 'A customer wrote.', 'notifications.inbound_messages', true),
    ('sync_run.failed', 'Synchronization failed', 'An outside service could not be kept in step.', 'integrations.sync_runs', false),
    ('review.requested', 'Review requested', 'An assistant waits for a person''s decision.', 'ai.reviews', false),
    ('security_event.opened', 'Security event', 'Something suspicious happened.', 'audit.security_events', false),
    ('signature_request.completed', 'Document signed', 'Everybody has signed a document.', 'files.signature_requests', true)
) AS v (key, name, description, table_name, is_public);

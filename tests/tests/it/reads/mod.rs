//! Reading: pages, filters, orders, groups, relations, fragments, and what is refused.

mod bad_input;
mod cost;
mod filters;
mod generated;
mod groups;
mod hostile;
mod hunger;
mod merging;
mod orders;
mod pages;
mod plans;
mod selections;
mod slices;
mod statements;

use serde_json::Value;
use tests::{Business, Person, Reply};

/// Customers, work orders of theirs with many ties and nulls, and some without a customer.
pub fn seed_jobs(business: &Business<'_>, customers: usize, jobs: usize) {
    let technician = business.staff.id;
    let manager = business.manager.id;
    business.seed(&format!(
        "INSERT INTO hs.customers (business_id, first_name, last_name, service_city, tags, service_location, created_at)
         SELECT $business, CASE WHEN n % 4 = 0 THEN NULL ELSE 'First ' || n % 3 END, CASE WHEN n % 5 = 0 THEN NULL ELSE 'Last ' || n % 4 END,
             CASE n % 3 WHEN 0 THEN 'Austin' WHEN 1 THEN 'Dallas' END, CASE WHEN n % 2 = 0 THEN '{{vip,north}}'::text[] ELSE '{{}}' END,
             CASE WHEN n % 3 = 0 THEN NULL ELSE ST_MakePoint(-97 - n % 5, 30 + n % 4)::geography END,
             '2025-01-01T00:00:00Z'::timestamptz + n % 7 * interval '1 hour'
         FROM generate_series(1, {customers}) AS n;
         INSERT INTO hs.work_orders (business_id, customer_id, title, category, type, priority, status, scheduled_start, estimated_duration,
             assigned_technician, assigned_team, total_cost, customer_satisfaction, created_at)
         SELECT $business, CASE WHEN n % 6 = 0 THEN NULL ELSE (SELECT c.id FROM hs.customers c WHERE c.business_id = $business ORDER BY c.created_at, c.id OFFSET n % {customers} LIMIT 1) END,
             'Job ' || n % 5, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN 'HVAC' ELSE 'Plumbing' END,
             CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 'repair' ELSE 'inspection' END, CASE n % 2 WHEN 0 THEN 'low' ELSE 'high' END,
             CASE n % 3 WHEN 0 THEN 'draft' WHEN 1 THEN 'scheduled' ELSE 'completed' END,
             CASE WHEN n % 4 = 0 THEN NULL ELSE '2025-03-01T08:00:00.123456Z'::timestamptz + n % 3 * interval '1 day' END,
             CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '1 year 2 mons'::interval WHEN 2 THEN '-01:30:00.5' ELSE '90 minutes' END,
             CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '{technician}'::uuid ELSE '{manager}' END,
             CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN ARRAY['{technician}'::uuid] ELSE ARRAY['{manager}'::uuid, '{technician}'] END,
             n % 4 * 12.5, CASE WHEN n % 3 = 0 THEN NULL ELSE n % 5 + 1 END, '2025-02-01T00:00:00Z'::timestamptz + n % 4 * interval '1 minute'
         FROM generate_series(1, {jobs}) AS n"
    ));
}

/// The ids in a list of nodes.
pub fn ids(reply: &Reply, pointer: &str) -> Vec<String> {
    let id = |node: &Value| node["id"].as_str().expect("a node has an id").to_owned();
    reply.list(pointer).iter().map(id).collect()
}

/// The ids the owner of the database finds, in the order of the statement. `$business` stands for the id.
pub fn ids_by_sql(business: &Business<'_>, sql: &str) -> Vec<String> {
    let rows = business.app.database.rows(&sql.replace("$business", &format!("'{}'", business.id)), &[]);
    rows.iter().map(|row| row.get(0)).collect()
}

/// An error with a code of ours, never INTERNAL.
pub fn assert_refused(person: &Person<'_>, document: &str, variables: Value, code: &str) -> Reply {
    let reply = person.ask_with(document, variables.clone());
    assert_eq!(reply.code(), code, "{document}\nwith {variables}\nwas answered {:#}", reply.json);
    reply
}

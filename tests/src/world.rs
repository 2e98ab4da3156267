//! A served gateway, and businesses with people who ask it.

use crate::{Database, Reply, Response, runtime};
use graphql::{Caller, Gateway, Identity, Request, RequestInfo, Role};
use serde_json::{Value, json};
use server::auth::Tokens;
use server::{Config, Running};
use std::sync::Arc;
use uuid::Uuid;

/// Signs tokens and seals secrets in the tests.
pub const SECRET: &str = "a secret of the tests, longer than 32 bytes";

/// The gateway in this process, over a database of its own.
pub struct App {
    pub database: Database,
    pub address: String,
    gateway: Arc<Gateway>,
    running: Running,
}

impl App {
    pub fn over(database: Database) -> App {
        App::with(database, &[])
    }

    /// With settings of the environment beside the tests' own.
    pub fn with(database: Database, settings: &[(&str, &str)]) -> App {
        App::configured(database, settings, |_| {})
    }

    /// And with what the environment does not set, such as deadlines.
    pub fn configured(database: Database, settings: &[(&str, &str)], change: impl FnOnce(&mut Config)) -> App {
        let url = database.gateway_url();
        let config = Config::read(|name| {
            let given = settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            given.or_else(|| match name {
                "DATABASE_URL" => Some(url.clone()),
                "THORBIS_TOKEN_SECRET" => Some(SECRET.into()),
                "THORBIS_SEALING_KEY" => Some(SECRET.into()),
                "PORT" | "THORBIS_REFRESH_MINUTES" => Some("0".into()),
                _ => None,
            })
        });
        let mut config = config.expect("the settings are complete");
        config.record_statements = true;
        change(&mut config);
        let running = runtime().block_on(server::start(config)).expect("the gateway starts");
        App {
            address: format!("http://{}", running.address),
            gateway: Arc::clone(&running.gateway),
            running,
            database,
        }
    }

    /// Ends the server in order.
    pub fn stop(self) -> Database {
        runtime().block_on(self.running.stop());
        self.database
    }

    /// For requests that a test drops or runs side by side.
    pub fn gateway(&self) -> Arc<Gateway> {
        Arc::clone(&self.gateway)
    }

    /// Brings the reports up to date with the tables.
    pub fn refresh_views(&self) {
        runtime().block_on(self.gateway.refresh_views()).expect("the reports can be refreshed");
    }

    /// A business of this industry with an owner, a manager, a staff member and a viewer.
    pub fn business(&self, industry: &str) -> Business<'_> {
        let id = Uuid::new_v4();
        self.business_with_id(industry, id)
    }

    pub fn business_with_id(&self, industry: &str, id: Uuid) -> Business<'_> {
        self.database.run(&format!(
            "INSERT INTO businesses.businesses (id, name, industry, email, timezone)
             VALUES ('{id}', 'Business {id}', '{industry}', 'office@{id}.test', 'America/Chicago')"
        ));
        let business = |role| self.person(id, role);
        Business {
            app: self,
            id,
            owner: business(Role::Owner),
            manager: business(Role::Manager),
            staff: business(Role::Staff),
            viewer: business(Role::Viewer),
        }
    }

    /// Somebody new with a standing in a business.
    pub fn person(&self, business: Uuid, role: Role) -> Person<'_> {
        self.person_with_id(business, role, Uuid::new_v4())
    }

    pub fn person_with_id(&self, business: Uuid, role: Role, id: Uuid) -> Person<'_> {
        let role = role.as_str();
        self.database.run(&format!(
            "INSERT INTO auth.users (id, email) VALUES ('{id}', '{id}@people.test');
             INSERT INTO users.users (id, email, first_name, last_name) VALUES ('{id}', '{id}@people.test', 'Pat', 'Doe');
             INSERT INTO users.business_users (user_id, business_id, role, status, joined_at) VALUES ('{id}', '{business}', '{role}', 'active', now());"
        ));
        Person {
            app: self,
            id,
            business: Some(business),
        }
    }

    /// Nobody: a request without a token.
    pub fn anonymous(&self, document: &str, variables: Value) -> Reply {
        self.execute(None, document, variables)
    }

    fn execute(&self, identity: Option<Identity>, document: &str, variables: Value) -> Reply {
        let request = RequestInfo {
            request_id: Uuid::new_v4(),
            ip: Some([127, 0, 0, 1].into()),
            user_agent: Some("tests".into()),
        };
        let Value::Object(variables) = variables else {
            panic!("variables are an object")
        };
        let caller = Caller { identity, request };
        let request = Request {
            document: document.to_owned(),
            variables,
            ..Request::default()
        };
        let answer = runtime().block_on(self.gateway.execute(caller, request));
        Reply {
            json: serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", String::from_utf8_lossy(&answer.body))),
            outcome: answer.outcome,
            statements: answer.statements,
            sql: answer.sql,
        }
    }

    /// POST to the endpoint.
    pub fn post(&self, headers: &[(&str, &str)], body: &str) -> Response {
        self.send("POST", "/graphql", headers, Some(body))
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send("GET", path, headers, None)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Response {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.unwrap_or_default().to_owned()).expect("the request is well formed");
        let mut response = agent.run(request).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        Response {
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: response.body_mut().with_config().limit(64 << 20).read_to_string().expect("the body is text"),
        }
    }
}

/// A tenant.
pub struct Business<'a> {
    pub app: &'a App,
    pub id: Uuid,
    pub owner: Person<'a>,
    pub manager: Person<'a>,
    pub staff: Person<'a>,
    pub viewer: Person<'a>,
}

impl Business<'_> {
    pub fn people(&self) -> [(&Person<'_>, Role); 4] {
        [
            (&self.owner, Role::Owner),
            (&self.manager, Role::Manager),
            (&self.staff, Role::Staff),
            (&self.viewer, Role::Viewer),
        ]
    }

    /// Runs SQL as the owner of the database; `$business` stands for the id.
    pub fn seed(&self, sql: &str) {
        self.app.database.run(&sql.replace("$business", &format!("'{}'", self.id)));
    }
}

/// Somebody who is signed in.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub app: &'a App,
    pub id: Uuid,
    pub business: Option<Uuid>,
}

impl Person<'_> {
    pub fn identity(&self) -> Identity {
        Identity {
            user_id: self.id,
            business_id: self.business,
            session_id: None,
            api_key_id: None,
        }
    }

    /// Asks the engine.
    pub fn ask(&self, document: &str) -> Reply {
        self.ask_with(document, json!({}))
    }

    pub fn ask_with(&self, document: &str, variables: Value) -> Reply {
        self.app.execute(Some(self.identity()), document, variables)
    }

    /// `Bearer …`, as a header's value.
    pub fn bearer(&self) -> String {
        let signed = Tokens::new(SECRET).sign(self.id, None, self.business, None, 15);
        format!("Bearer {}", signed.expect("a token can be signed").0)
    }

    /// The same over HTTP.
    pub fn post(&self, document: &str, variables: &Value) -> Response {
        let bearer = self.bearer();
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        self.app.post(&headers, &json!({ "query": document, "variables": variables }).to_string())
    }
}

// GraphiQL with the gateway's sign-in at hand: signs in, keeps the token fresh, fills in the header.
//
// Tokens live in this tab's sessionStorage and end with it; GraphiQL never stores headers. There is
// no inline script, so the page works under `script-src 'self'`.
"use strict";

(function () {
  const ENDPOINT = "/graphql";
  const STORED = "thorbis.session";
  const TOKENS = "accessToken refreshToken expiresAt";
  const REFRESH_AHEAD_MS = 60_000;
  /** Beyond this a browser's timer overflows and fires at once. */
  const LONGEST_TIMER_MS = 2 ** 31 - 1;

  const TABS = [
    {
      query: `# Your customers and their latest jobs.
# Another business sees other rows.
query CustomersWithJobs {
  hs {
    customers(first: 10) {
      nodes {
        lastName
        workOrders(first: 3) {
          nodes {
            title
            status
          }
        }
      }
    }
  }
}
`,
    },
    {
      query: `# Who am I, and where do I belong?
query WhoAmI {
  viewer {
    role
    user {
      email
    }
    business {
      name
      industry
    }
  }
}
`,
    },
  ];

  const element = (id) => document.getElementById(id);
  const status = element("status");

  /** The signed-in session, null when signed out. */
  let session = null;
  /** Every access token of this page's life: an editor may still show one that was replaced. */
  const issued = new Set();
  let refreshTimer;

  // --- talking to the gateway ---------------------------------------------------------------

  async function ask(query, variables) {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const answer = await response.json();
    if (answer.errors?.length) throw new Error(answer.errors[0].message);
    return answer.data;
  }

  async function signIn(email, password) {
    const data = await ask(
      `mutation SignIn($email: String!, $password: String!) {
        auth { signIn(input: { email: $email, password: $password }) { ${TOKENS} } }
      }`,
      { email, password },
    );
    return { email, ...data.auth.signIn };
  }

  async function refresh() {
    const { email, refreshToken } = session;
    const data = await ask(
      `mutation Refresh($refreshToken: String!) {
        auth { refresh(input: { refreshToken: $refreshToken }) { ${TOKENS} } }
      }`,
      { refreshToken },
    );
    return { email, ...data.auth.refresh };
  }

  /** Sends what GraphiQL asks; a token of ours in its headers is replaced by the current one. */
  function sendFromEditor(url, options) {
    const headers = new Headers(options.headers);
    const written = headers.get("authorization");
    const ours = written !== null && issued.has(written.replace(/^Bearer /i, ""));
    if (ours) headers.delete("authorization");
    if (session && (written === null || ours)) {
      headers.set("authorization", `Bearer ${session.accessToken}`);
    }
    return fetch(url, { ...options, headers });
  }

  // --- the session --------------------------------------------------------------------------

  function adopt(next) {
    session = next;
    clearTimeout(refreshTimer);
    if (session) {
      issued.add(session.accessToken);
      sessionStorage.setItem(STORED, JSON.stringify(session));
      const left = Date.parse(session.expiresAt) - Date.now() - REFRESH_AHEAD_MS;
      refreshTimer = setTimeout(renew, Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
    } else {
      sessionStorage.removeItem(STORED);
    }
  }

  async function renew() {
    try {
      adopt(await refresh());
      draw();
    } catch (error) {
      adopt(null);
      draw();
      tell("failed", `The session ended, sign in again: ${error.message}`);
    }
  }

  async function signInFrom(form, email, password) {
    const button = form.querySelector("button");
    button.disabled = true;
    tell("busy", "Signing in …");
    try {
      adopt(await signIn(email, password));
      draw();
    } catch (error) {
      tell("failed", error.message);
    } finally {
      button.disabled = false;
    }
  }

  async function signOut() {
    const token = session?.accessToken;
    adopt(null);
    draw();
    if (!token) return;
    // The session ends on the server too; if that fails, its token expires by itself.
    await fetch(ENDPOINT, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "mutation SignOut { auth { signOut } }" }),
    }).catch(() => undefined);
  }

  // --- the page -----------------------------------------------------------------------------

  function tell(state, text) {
    status.dataset.state = state;
    status.textContent = text;
  }

  const root = ReactDOM.createRoot(element("graphiql"));

  function draw() {
    element("sign-out").hidden = session === null;
    if (session) tell("signed-in", `Signed in as ${session.email}`);
    else tell("signed-out", "Not signed in");

    // A new fetcher makes GraphiQL ask for the schema again: each role and industry sees its own.
    const fetcher = GraphiQL.createFetcher({ url: ENDPOINT, fetch: sendFromEditor });
    const headers = session
      ? JSON.stringify({ Authorization: `Bearer ${session.accessToken}` }, null, 2)
      : "";
    root.render(
      React.createElement(GraphiQL, {
        fetcher,
        headers,
        defaultHeaders: headers,
        defaultTabs: TABS,
        defaultEditorToolsVisibility: "headers",
        shouldPersistHeaders: false,
        showPersistHeadersSettings: false,
      }),
    );
  }

  // The gateway lists demo users only where demo data is offered; anywhere else this is a 404.
  async function offerDemoUsers() {
    const response = await fetch("/graphiql/demo-users", { headers: { accept: "application/json" } });
    if (!response.ok) return;
    const users = await response.json();
    for (const user of users) {
      const option = new Option(`${user.business} · ${user.role} · ${user.email}`, user.email);
      option.dataset.password = user.password;
      element("demo-user").append(option);
    }
    element("demo").hidden = users.length === 0;
  }

  element("demo").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = element("demo-user").selectedOptions[0];
    signInFrom(event.target, chosen.value, chosen.dataset.password);
  });
  element("credentials").addEventListener("submit", (event) => {
    event.preventDefault();
    signInFrom(event.target, element("email").value, element("password").value);
    element("password").value = "";
  });
  element("sign-out").addEventListener("click", signOut);

  const stored = sessionStorage.getItem(STORED);
  if (stored) adopt(JSON.parse(stored));
  draw();
  offerDemoUsers().catch(() => undefined);
})();

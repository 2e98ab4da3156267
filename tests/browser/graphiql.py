"""Signs in through GraphiQL in a headless Chromium and sees the rows of one business only.

Speaks the Chrome DevTools Protocol over a pair of pipes, so nothing but Python's standard library
and a Chromium is needed. GRAPHIQL_URL names the page, CHROMIUM the browser's command.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

URL = os.environ.get("GRAPHIQL_URL", "http://127.0.0.1:8080/graphiql")
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
PATIENCE = 60.0


class Browser:
    """One headless Chromium with one page."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="thorbis-browser-")
        commands_out, self._commands = os.pipe()
        self._answers, answers_in = os.pipe()
        # Chromium reads commands from descriptor 3 and writes to 4; the shell puts ours there.
        self._log = open(os.path.join(self.profile, "chromium.log"), "w+b")
        self._process = subprocess.Popen(
            [
                "/bin/sh", "-c", 'in=$1 out=$2; shift 2; eval "exec \\"\\$@\\" 3<&$in 4>&$out"', "sh",
                str(commands_out), str(answers_in), CHROMIUM,
                "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update",
                "--user-data-dir=" + self.profile, "--window-size=1400,900", "about:blank",
            ],
            pass_fds=(commands_out, answers_in),
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )
        os.close(commands_out)
        os.close(answers_in)
        self._buffer = b""
        self._next_id = 0
        self._session = None
        self.complaints = []

    def open(self, url):
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self._call(domain + ".enable")
        self._call("Page.navigate", url=url)

    def evaluate(self, expression):
        answer = self._call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, expression, what):
        """Evaluates until the result is truthy, and returns it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = self.evaluate(expression)
            if value:
                return value
            time.sleep(0.1)
        page = self.evaluate("document.body ? document.body.innerText.slice(0, 2000) : ''")
        raise AssertionError(f"waited {PATIENCE:.0f} s for {what}; complaints: {self.complaints}; page:\n{page}")

    def close(self):
        try:
            self._session = None
            self._send("Browser.close", {})
            self._process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for descriptor in (self._commands, self._answers):
            os.close(descriptor)
        self._log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _send(self, method, params):
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        return self._next_id

    def _call(self, method, **params):
        wanted = self._send(method, params)
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._receive(deadline)
            if message.get("id") == wanted:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _receive(self, deadline):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._answers, 1 << 20) if ready else b""
            if not chunk:
                self._log.seek(0)
                tail = self._log.read()[-2000:].decode(errors="replace")
                raise RuntimeError(f"Chromium does not answer; its last words:\n{tail}")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        """Keeps what the page complains about: exceptions, refused scripts and styles."""
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])


def wait_until_served():
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(URL, timeout=5) as page:
                return page
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class GraphiQL(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        wait_until_served()

    def setUp(self):
        self.browser = Browser()
        self.addCleanup(self.browser.close)
        self.browser.open(URL)
        self.browser.wait_for("!!document.querySelector('.graphiql-execute-button')", "GraphiQL to appear")

    def sign_in_as(self, email):
        browser = self.browser
        browser.wait_for(
            f"[...document.querySelectorAll('#demo-user option')].some(o => o.value === {json.dumps(email)})",
            f"{email} among the demo users")
        browser.evaluate(
            f"document.getElementById('demo-user').value = {json.dumps(email)};"
            "document.querySelector('#demo button').click()")
        browser.wait_for(
            f"document.getElementById('status').textContent === {json.dumps('Signed in as ' + email)}",
            f"the sign-in of {email}")
        browser.wait_for(
            "[...document.querySelectorAll('.graphiql-editor-tool .CodeMirror')]"
            ".some(e => e.CodeMirror.getValue().includes('Bearer '))",
            "the headers editor to hold the token")

    def run_query(self):
        """Presses the play button and returns the parsed answer."""
        browser = self.browser
        query = browser.evaluate("document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue()")
        self.assertIn("customers(first: 10)", query)
        browser.evaluate("document.querySelector('.result-window .CodeMirror').CodeMirror.setValue('')")
        browser.evaluate("document.querySelector('.graphiql-execute-button').click()")
        result = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
        text = browser.wait_for(
            f"(t => {{ try {{ JSON.parse(t); return t }} catch {{ return '' }} }})({result})", "an answer")
        return json.loads(text)

    def customers(self):
        answer = self.run_query()
        self.assertNotIn("errors", answer)
        return answer["data"]["hs"]["customers"]["nodes"]

    def test_without_sign_in_there_are_no_rows(self):
        answer = self.run_query()
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        self.assertEqual(["UNAUTHENTICATED"], codes[:1], answer)
        self.assertFalse(answer.get("data"))

    def test_each_owner_sees_the_customers_of_the_own_business(self):
        self.sign_in_as("owner@hvac.test")
        hvac = self.customers()
        self.assertEqual(10, len(hvac))
        self.assertTrue(any(customer["workOrders"]["nodes"] for customer in hvac), "nobody has a work order")
        for customer in hvac:
            for order in customer["workOrders"]["nodes"]:
                self.assertTrue(order["title"])
                self.assertRegex(order["status"], "^[A-Z_]+$")

        self.sign_in_as("owner@plumbing.test")
        plumbing = self.customers()
        self.assertEqual(10, len(plumbing))
        self.assertNotEqual(hvac, plumbing)
        self.assertEqual([], self.browser.complaints)

    def test_the_schema_follows_the_sign_in(self):
        self.sign_in_as("owner@hvac.test")
        # The editor marks an unknown field only when it holds a schema.
        # Before the sign-in it holds the one without rows.
        schema = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.options.lint?.schema"
        self.browser.wait_for(f"!!{schema}?.getType('HsCustomer')", "the schema of home services to be read")
        foreign = self.browser.evaluate(f"{schema}.getType('RestOrder') !== undefined")
        self.assertFalse(foreign, "the schema of home services has a restaurant's orders")


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=2).result
    sys.exit(0 if outcome.wasSuccessful() and outcome.testsRun else 1)

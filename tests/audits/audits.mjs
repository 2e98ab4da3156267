// Runs the audits of GraphQL over HTTP against GRAPHQL_URL. None may fail; each that warns or notices is
// in accepted.json with its reason, and what is there must still be so.

import { readFileSync } from 'node:fs';
import { serverAudits } from 'graphql-http';

const url = process.env.GRAPHQL_URL;
const accepted = JSON.parse(readFileSync(new URL('accepted.json', import.meta.url), 'utf8'));

async function ready() {
  const body = JSON.stringify({ query: '{ __typename }' });
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const json = await answer.json();
      if (json.data?.__typename !== 'Query') throw new Error(`nobody is told the root's name: ${JSON.stringify(json)}`);
      return;
    } catch (error) {
      if (tries === 99) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

await ready();
const results = [];
for (const audit of serverAudits({ url, fetchFn: fetch })) results.push(await audit.fn());

const problems = [];
for (const { id, name, status, reason } of results) {
  const known = accepted[id];
  if (status === 'ok') {
    if (known) problems.push(`${id} is met now: take it out of tests/audits/accepted.json.`);
  } else if (status === 'error' || known?.status !== status) {
    problems.push(`${status} ${id} ${name}: ${reason}`);
  }
}
const counts = results.reduce((all, { status }) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {});
console.log(`${results.length} audits: ${JSON.stringify(counts)}`);
if (results.length < 60) problems.push(`only ${results.length} audits ran, there are 60 at least`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error('Mend these, or explain a warning in tests/audits/accepted.json: { "id": { "status", "reason" } }.');
  process.exit(1);
}

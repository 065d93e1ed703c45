// Every operation of the REST interface once, by a client whose types were generated from the OpenAPI document (`./api`, made by
// the test): what the document does not say does not compile.
import createClient from 'openapi-fetch';
import type { paths } from './api';

export interface Target {
  baseUrl: string;
  token: string;
  fetch: typeof fetch;
  study: string;
  run: string;
}

const chain = 'workflow:\n  nodes:\n    a: {exec: "echo hello"}\n    b: {exec: "true"}\n  dependencies: ["a,b"]\n';
const long = 'workflow:\n  nodes:\n    s: {exec: "sleep 60"}\n    t: {exec: "true"}\n  dependencies: ["s,t"]\n';
const asText = { headers: { 'Content-Type': 'text/yaml' }, bodySerializer: (body: unknown) => String(body) };

function clientOf(target: Target) {
  return createClient<paths>({ baseUrl: target.baseUrl, fetch: target.fetch, headers: { Authorization: `Bearer ${target.token}` } });
}
type Client = ReturnType<typeof clientOf>;

async function untilState(client: Client, workflow: string, state: string): Promise<void> {
  for (let i = 0; i < 600; ++i) {
    const { data } = await client.GET('/api/v1/workflows/{workflow}', { params: { path: { workflow }, query: { layout: true } } });
    if (data?.state === state) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${workflow} is not ${state} after a minute`);
}

async function look(client: Client, study: string, run: string): Promise<void> {
  await client.GET('/api/v1/examples', {});
  await client.GET('/api/v1/experiments', {});
  await client.GET('/api/v1/experiments/{study}', { params: { path: { study } } });
  await client.GET('/api/v1/leaderboards', {});
  await client.GET('/api/v1/openapi.json', {});
  await client.GET('/openapi.json', {});
  await client.GET('/api/v1/runs', {});
  await client.GET('/api/v1/runs/{run}', { params: { path: { run } } });
  await client.GET('/api/v1/session', {});
  await client.GET('/api/v1/system', {});
  await client.GET('/docs', { parseAs: 'text' });
  const stream = new AbortController();
  const { response } = await client.GET('/api/v1/events', { parseAs: 'stream', signal: stream.signal });
  await response.body?.getReader().read();
  stream.abort();
}

async function workflows(client: Client): Promise<void> {
  const workflow = 'demo';
  const path = { path: { workflow } };
  await client.POST('/api/v1/workflows', { params: { query: { name: workflow } }, body: chain, ...asText });
  await client.GET('/api/v1/workflows', {});
  await client.GET('/api/v1/workflows/{workflow}/definition', { params: path, parseAs: 'text' });
  await client.PUT('/api/v1/workflows/{workflow}/definition', { params: path, body: chain, ...asText });
  await client.POST('/api/v1/workflows/{workflow}/run', { params: path, body: { dry_run: true } });
  await client.POST('/api/v1/workflows/{workflow}/run', { params: path, body: { jobs: 2 } });
  await untilState(client, workflow, 'done');
  await client.GET('/api/v1/workflows/{workflow}/events', { params: { ...path, query: { since: 1, limit: 3 } } });
  for (const format of ['svg', 'dot', 'json'] as const) {
    await client.GET('/api/v1/workflows/{workflow}/graph', { params: { ...path, query: { format } }, parseAs: 'text' });
  }
  await client.POST('/api/v1/workflows/{workflow}/reset', { params: path });
}

async function jobs(client: Client): Promise<void> {
  const workflow = 'demo';
  const path = { path: { workflow, job: 'c' } };
  await client.PUT('/api/v1/workflows/{workflow}/jobs/{job}', { params: path, body: { exec: 'exit 1', parents: ['b'] } });
  await client.PUT('/api/v1/workflows/{workflow}/jobs/{job}', { params: path, body: { exec: 'exit 2' } });
  await client.GET('/api/v1/workflows/{workflow}/jobs', { params: { path: { workflow } } });
  await client.POST('/api/v1/workflows/{workflow}/run', { params: { path: { workflow } } });
  await untilState(client, workflow, 'failed');
  await client.GET('/api/v1/workflows/{workflow}/jobs/{job}', { params: path });
  await client.GET('/api/v1/workflows/{workflow}/jobs/{job}/log', { params: { ...path, query: { stream: 'out', offset: 0 } }, parseAs: 'text' });
  await client.GET('/api/v1/workflows/{workflow}/jobs/{job}/explanation', { params: path });
  await client.POST('/api/v1/workflows/{workflow}/jobs/{job}/retry', { params: path });
  await client.POST('/api/v1/workflows/{workflow}/jobs/{job}/hold', { params: path });
  await client.POST('/api/v1/workflows/{workflow}/jobs/{job}/release', { params: path });
  await client.POST('/api/v1/workflows/{workflow}/jobs/{job}/reset', { params: path });
  await client.POST('/api/v1/workflows/{workflow}/jobs/{job}/cancel', { params: path });
  await client.DELETE('/api/v1/workflows/{workflow}/jobs/{job}', { params: path });
  await client.DELETE('/api/v1/workflows/{workflow}', { params: { path: { workflow } } });
}

async function requests(client: Client): Promise<void> {
  const params = { path: { workflow: 'long' } };
  await client.POST('/api/v1/workflows', { params: { query: { name: 'long' } }, body: long, ...asText });
  await client.POST('/api/v1/workflows/{workflow}/run', { params });
  await untilState(client, 'long', 'running');
  await client.POST('/api/v1/workflows/{workflow}/hold', { params });
  await client.POST('/api/v1/workflows/{workflow}/release', { params });
  await client.POST('/api/v1/workflows/{workflow}/cancel', { params });
  await untilState(client, 'long', 'cancelled');
  await client.POST('/api/v1/workflows/{workflow}/resume', { params });
  await client.POST('/api/v1/workflows/{workflow}/cancel', { params });
  await untilState(client, 'long', 'cancelled');
}

async function theOriginals(client: Client): Promise<void> {
  const workflow = 'old';
  const params = { path: { workflow } };
  const job = { path: { workflow, job: 'c' } };
  await client.POST('/workflow/{workflow}', { params, body: chain, ...asText });
  await client.GET('/workflows', {});
  await client.GET('/workflows', { params: { query: { output: 'csv' } }, parseAs: 'text' });
  await client.GET('/workflow/{workflow}', { params });
  for (const output of ['json', 'csv', 'graph', 'html'] as const) {
    await client.GET('/workflow/{workflow}', { params: { ...params, query: { output } }, parseAs: 'text' });
  }
  await client.POST('/workflow/{workflow}/job/{job}', { params: { ...job, query: { exec: 'date', parent: 'b', kind: 'sh' } } });
  await client.GET('/workflow/{workflow}/job/{job}', { params: job });
  await client.DELETE('/workflow/{workflow}/job/{job}', { params: job });
  await client.GET('/workflow/run/{workflow}', { params });
  await client.POST('/workflow/run/{workflow}', { params });
  await untilState(client, workflow, 'done');
  await client.DELETE('/workflow/{workflow}', { params });
}

export async function callEverything(target: Target): Promise<void> {
  const client = clientOf(target);
  await look(client, target.study, target.run);
  await workflows(client);
  await jobs(client);
  await requests(client);
  await theOriginals(client);
}

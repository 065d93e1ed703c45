// Serves the built page and a service with made-up workflows, for tests and for work on the page:
//   node tests/mock/server.mjs [PORT [FOLDER OF THE BUILT PAGE]]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { largeDefinition, readDefinition } from './definition.mjs';
import * as records from './records.mjs';
import { MockWorkflow } from './workflow.mjs';

const token = 'mock-token';
const examples = [
  { name: 'diamond', description: 'Two branches at once.', text: 'workflow:\n  nodes:\n    start:\n    left:\n      exec: echo left; sleep 2\n    right:\n      exec: echo right; sleep 3\n    end:\n  dependencies:\n    - start,left,end\n    - start,right,end\n' },
  { name: 'chain', description: 'Three jobs, one after the other.', text: 'workflow:\n  nodes:\n    a:\n      exec: sleep 1\n    b:\n      exec: sleep 1\n    c:\n      exec: sleep 1\n  dependencies:\n    - a,b,c\n' }
];
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', txt: 'text/plain; charset=utf-8' };
// The service sends the same; the page must do without inline scripts and styles.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

class Problem extends Error {
  constructor(status, detail, problems) {
    super(detail);
    this.status = status;
    this.problems = problems;
  }
}

function lines(definition, name) {
  return definition.problems.map((each) => `${name}.yaml:${each.line}:${each.column}: ${each.message}`);
}

export class MockService {
  constructor(folder) {
    this.folder = folder;
    this.workflows = new Map();
    this.watchers = new Set();
    this.started = Date.now();
    for (const size of [1000, 10000]) this.workflows.set(`large-${size}`, this.make(`large-${size}`, largeDefinition(size)));
  }

  make(name, text) {
    const pending = { timer: null };
    return new MockWorkflow(name, text, (workflow) => {
      pending.timer ??= setTimeout(() => {
        pending.timer = null;
        this.tell('workflow', workflow.summary());
      }, 100);
    });
  }

  tell(event, data) {
    for (const write of this.watchers) write(event, data);
  }

  get(name) {
    const workflow = this.workflows.get(name);
    if (!workflow) throw new Problem(404, `There is no workflow "${name}".`);
    return workflow;
  }

  add(name, query, body) {
    if (!/^[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/.test(name ?? '')) throw new Problem(422, `"${name}" is no name for a workflow.`);
    if (this.workflows.has(name)) throw new Problem(409, `There is a workflow "${name}" already.`);
    const text = query.has('example') ? examples.find((each) => each.name === query.get('example'))?.text : body;
    const definition = readDefinition(text ?? '');
    if (definition.problems.length > 0) throw new Problem(422, 'The definition has problems.', lines(definition, name));
    const workflow = this.make(name, text);
    this.workflows.set(name, workflow);
    this.tell('workflow', workflow.summary());
    return workflow;
  }

  close() {
    for (const workflow of this.workflows.values()) workflow.stop();
  }
}

/** [method, pattern, handler(service, context)]; a handler answers what is sent as JSON, or nothing if it has sent itself. */
const routes = [
  ['GET', '/api/v1/session', (service, { canWrite }) => ({ authenticated: canWrite, can_write: canWrite, version: 'mock', base_url: '' })],
  ['GET', '/api/v1/examples', () => ({ examples: examples.map(({ name, description }) => ({ name, description })) })],
  ['GET', '/api/v1/workflows', (service) => ({ workflows: [...service.workflows.values()].map((each) => each.summary()) })],
  ['POST', '/api/v1/workflows', (service, { query, body, send }) => send(201, service.add(query.get('name'), query, body).summary())],
  ['GET', '/api/v1/events', watchAll],
  ['GET', '/api/v1/workflows/:wf', (service, { wf, query }) => service.get(wf).detail(query.get('layout') === 'true')],
  ['DELETE', '/api/v1/workflows/:wf', remove],
  ['GET', '/api/v1/workflows/:wf/definition', (service, { wf, send }) => send(200, service.get(wf).text, { 'Content-Type': 'text/yaml', ETag: service.get(wf).etag })],
  ['PUT', '/api/v1/workflows/:wf/definition', define],
  ['GET', '/api/v1/workflows/:wf/events', watchOne],
  ['POST', '/api/v1/workflows/:wf/:action', act],
  ['GET', '/api/v1/workflows/:wf/jobs', (service, { wf }) => ({ jobs: service.get(wf).detail(false).jobs })],
  ['GET', '/api/v1/workflows/:wf/jobs/:job/log', log],
  ['GET', '/api/v1/workflows/:wf/jobs/:job/explanation', (service, { wf, job }) => service.get(wf).explanation(jobOf(service, wf, job))],
  ['POST', '/api/v1/workflows/:wf/jobs/:job/:action', (service, { wf, job, action, send }) => {
    service.get(wf).act(action, jobOf(service, wf, job));
    send(202, service.get(wf).shown(jobOf(service, wf, job)));
  }],
  ['GET', '/api/v1/experiments', () => ({ experiments: [{ name: 'sweep', path: 'studies/sweep', total: 120, counts: { done: 110, failed: 5, running: 5 } }] })],
  ['GET', '/api/v1/experiments/:study', () => records.study()],
  ['GET', '/api/v1/runs', () => ({ runs: records.runs() })],
  ['GET', '/api/v1/runs/:run', (service, { run }) => records.run(run)],
  ['GET', '/api/v1/leaderboards', () => ({ leaderboards: records.leaderboards() })],
  ['GET', '/api/v1/system', (service) => ({
    version: 'mock', host: 'node-17', cpus: 64, load: [12.4, 9.1, 4.0], memory_total: 270e9, memory_available: 190e9, root: '/home/me/.sciwright/workflows',
    disk_total: 2e12, disk_free: 7e11, uptime_s: (Date.now() - service.started) / 1000, pid: process.pid, rss: process.memoryUsage().rss, clients: service.watchers.size
  })]
];

function jobOf(service, wf, job) {
  const found = service.get(wf).jobs.get(job);
  if (!found) throw new Problem(404, `There is no job "${job}".`);
  return found;
}

function remove(service, { wf, send }) {
  if (service.get(wf).state === 'running') throw new Problem(409, `${wf} runs.`);
  service.workflows.delete(wf);
  service.tell('deleted', { name: wf });
  send(204, '');
}

function define(service, { wf, query, body, headers, send }) {
  const definition = readDefinition(body);
  if (query.get('check') === 'true') return { problems: definition.problems };
  const workflow = service.get(wf);
  if (workflow.state === 'running') throw new Problem(409, `${wf} runs.`);
  if (headers['if-match'] && headers['if-match'] !== workflow.etag) throw new Problem(412, 'The definition was changed meanwhile.');
  if (definition.problems.length > 0) throw new Problem(422, 'The definition has problems.', lines(definition, wf));
  workflow.define(body);
  workflow.layout = undefined;
  service.tell('workflow', workflow.summary());
  send(200, workflow.summary(), { ETag: workflow.etag });
}

function act(service, { wf, action, body, send }) {
  const workflow = service.get(wf);
  if (!['run', 'cancel', 'hold', 'release', 'resume', 'reset'].includes(action)) throw new Problem(404, `There is no action "${action}".`);
  if (body && JSON.parse(body).dry_run) {
    return { plan: workflow.nodes.map((node) => ({ name: node.name, site: 'local', command: node.exec })) };
  }
  if (action === 'run' && workflow.state === 'running') throw new Problem(409, `${wf} runs already.`);
  workflow.act(action);
  send(202, workflow.summary());
}

function log(service, { wf, job, query, send }) {
  const found = jobOf(service, wf, job);
  const all = Buffer.from(query.get('stream') === 'err' ? found.err : found.out);
  const wanted = Number(query.get('offset') ?? 0);
  const offset = wanted < 0 ? Math.max(0, all.length + wanted) : Math.min(wanted, all.length);
  const piece = all.subarray(offset, offset + Number(query.get('limit') ?? 65536));
  send(200, piece, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Offset': offset, 'X-Next-Offset': offset + piece.length, 'X-Size': all.length });
}

function openStream(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': welcome\n\n');
}

function watchAll(service, { response }) {
  openStream(response);
  const write = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  write('snapshot', { workflows: [...service.workflows.values()].map((each) => each.summary()) });
  service.watchers.add(write);
  response.on('close', () => service.watchers.delete(write));
}

function watchOne(service, { wf, query, headers, response }) {
  const workflow = service.get(wf);
  const since = Number(headers['last-event-id'] ?? query.get('since') ?? 0);
  const write = (event) => response.write(`id: ${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`);
  openStream(response);
  workflow.journal.slice(since).forEach(write);
  workflow.listeners.add(write);
  response.on('close', () => workflow.listeners.delete(write));
}

function match(pattern, path) {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const values = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) values[part.slice(1)] = decodeURIComponent(given[index]);
    else if (part !== given[index]) return null;
  }
  return values;
}

async function sendFile(service, path, response) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  if (!/^(index\.html|assets\/[\w.-]+)$/.test(name)) return false;
  try {
    const content = await readFile(`${service.folder}/${name}`);
    response.writeHead(200, { 'Content-Type': types[name.split('.').pop()], 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
    response.end(content);
    return true;
  } catch {
    return false;
  }
}

async function handle(service, request, response) {
  const url = new URL(request.url, 'http://mock');
  const path = url.pathname.replace(/^\/proxy\/8080/, '');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const canWrite = request.headers.authorization === `Bearer ${token}`;
  const send = (status, body, headers = {}) => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, { ...(isText ? {} : { 'Content-Type': 'application/json' }), ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
  try {
    if (request.method === 'GET' && (await sendFile(service, path, response))) return;
    for (const [method, pattern, handler] of routes) {
      const values = request.method === method && match(pattern, path);
      if (!values) continue;
      if (method !== 'GET' && !canWrite) throw new Problem(401, 'Changes need the token.');
      const context = { ...values, query: url.searchParams, body: Buffer.concat(chunks).toString(), headers: request.headers, canWrite, send, response };
      const answer = handler(service, context);
      if (answer) send(200, answer);
      return;
    }
    throw new Problem(404, `There is no ${path}.`);
  } catch (error) {
    send(error.status ?? 500, { detail: error.message, problems: error.problems ?? [] });
  }
}

/** Listens on loopback; answers { address, token, close, breakConnections }. The same is also there below /proxy/8080/, as behind a proxy. */
export async function startMock(folder, port = 0) {
  const service = new MockService(folder);
  const server = createServer((request, response) => void handle(service, request, response));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    service.close();
    server.closeAllConnections();
    server.close();
  };
  const breakConnections = () => server.closeAllConnections();
  return { address: `http://127.0.0.1:${server.address().port}`, token, close, breakConnections };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const mock = await startMock(process.argv[3] ?? 'dist', Number(process.argv[2] ?? 8080));
  console.log(`${mock.address}/#token=${mock.token}`);
}

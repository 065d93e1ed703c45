import { createHash } from 'node:crypto';
import { layOut, readDefinition } from './definition.mjs';

const over = ['done', 'failed', 'cancelled', 'skipped'];

/** A workflow whose jobs run on timers. `exec` is understood so far: `sleep S`, `exit N`, `echo TEXT`. */
export class MockWorkflow {
  constructor(name, text, onChange) {
    this.name = name;
    this.onChange = onChange;
    this.created = new Date().toISOString();
    this.journal = [];
    this.listeners = new Set();
    this.timers = new Set();
    this.run = 0;
    this.state = 'ready';
    this.started = this.ended = null;
    this.isHeld = false;
    this.define(text);
  }

  define(text) {
    const { nodes, edges, problems } = readDefinition(text);
    this.text = text;
    this.etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    this.problems = problems;
    this.edges = edges;
    this.nodes = nodes;
    const old = this.jobs ?? new Map();
    this.jobs = new Map(nodes.map((node) => [node.name, Object.assign(old.get(node.name) ?? this.newJob(node), node)]));
    for (const job of this.jobs.values()) job.parents = job.children = null;
    for (const job of this.jobs.values()) [job.parents, job.children] = [[], []];
    for (const [a, b] of edges) {
      this.jobs.get(a)?.children.push(b);
      this.jobs.get(b)?.parents.push(a);
    }
  }

  newJob(node) {
    return {
      ...node, user: '', status: 'ready', progress: 0, attempt: 0, site: '', scheduler_id: null, started_utc: null, ended_utc: null,
      duration_s: null, exit_code: null, signal: null, message: '', values: {}, parents: [], children: [], timeout_s: null, priority: 0, shape: '', style: '',
      out: '', err: ''
    };
  }

  summary() {
    const counts = {};
    for (const job of this.jobs.values()) counts[job.status] = (counts[job.status] ?? 0) + 1;
    const done = [...this.jobs.values()].reduce((sum, job) => sum + (over.includes(job.status) ? 100 : job.progress), 0);
    return {
      name: this.name, state: this.state, nodes: this.jobs.size, counts, progress: this.jobs.size ? done / this.jobs.size : 0,
      run: this.run, created_utc: this.created, started_utc: this.started, ended_utc: this.ended, event_id: this.journal.length,
      problems: this.problems.map((each) => `${this.name}.yaml:${each.line}:${each.column}: ${each.message}`)
    };
  }

  shown(job) {
    const { out, err, ...rest } = job;
    return rest;
  }

  detail(withLayout) {
    const detail = { ...this.summary(), jobs: [...this.jobs.values()].map(this.shown), edges: this.edges, colors: {} };
    if (withLayout) detail.layout = this.layout ??= layOut(this.nodes, this.edges);
    return detail;
  }

  emit(event, fields = {}) {
    const line = { seq: this.journal.length + 1, utc_ns: Date.now() * 1e6, event, ...fields };
    this.journal.push(line);
    for (const listener of this.listeners) listener(line);
    this.onChange(this);
  }

  later(milliseconds, action) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, milliseconds);
    this.timers.add(timer);
  }

  begin(isResume) {
    if (!isResume || this.state === 'done') for (const job of this.jobs.values()) this.clear(job);
    if (isResume) for (const job of this.jobs.values()) if (job.status === 'cancelled') this.clear(job);
    this.state = 'running';
    this.run += isResume ? 0 : 1;
    this.started = new Date().toISOString();
    this.ended = null;
    this.emit(isResume ? 'attach' : 'begin', { run: this.run });
    this.startReady();
  }

  clear(job) {
    Object.assign(job, { status: 'ready', progress: 0, started_utc: null, ended_utc: null, duration_s: null, exit_code: null, signal: null, message: '' });
  }

  startReady() {
    if (this.state !== 'running') return;
    if (!this.isHeld) {
      for (const job of this.jobs.values()) {
        if (job.status !== 'ready') continue;
        if (job.parents.every((name) => ['done', 'skipped'].includes(this.jobs.get(name).status))) this.start(job);
      }
    }
    if (![...this.jobs.values()].some((job) => ['submitted', 'running'].includes(job.status)) && !this.isHeld) this.finish();
  }

  start(job) {
    this.clear(job);
    job.status = 'submitted';
    job.attempt += 1;
    job.site = 'local';
    this.emit('submitted', { node: job.name, attempt: job.attempt, site: 'local' });
    this.later(30, () => {
      if (job.status !== 'submitted') return;
      job.status = 'running';
      job.started_utc = new Date().toISOString();
      job.out += `attempt ${job.attempt} of ${job.name}\n${/echo ([^;&]*)/.exec(job.exec)?.[1] ?? ''}\n`;
      this.emit('running', { node: job.name, attempt: job.attempt, host: 'localhost' });
      const seconds = Number(/sleep ([\d.]+)/.exec(job.exec)?.[1] ?? 0.1);
      this.tick(job, seconds * 1000, Date.now());
    });
  }

  tick(job, length, start) {
    if (job.status !== 'running') return;
    const progress = Math.min(100, Math.round((100 * (Date.now() - start)) / length));
    if (progress >= 100) return this.end(job);
    if (progress > job.progress) {
      job.progress = progress;
      job.out += `# cloudmesh status=running progress=${progress}\n`;
      this.emit('progress', { node: job.name, progress, message: `step ${progress}`, values: { score: String(progress / 100) } });
    }
    this.later(Math.min(200, length), () => this.tick(job, length, start));
  }

  end(job) {
    const code = Number(/exit (\d+)/.exec(job.exec)?.[1] ?? 0);
    if (code) job.err += `failed with code ${code}\n`;
    this.close(job, code ? 'failed' : 'done', { exit_code: code, message: code ? `exit code ${code}` : '' });
    this.startReady();
  }

  close(job, status, fields) {
    job.status = status;
    job.ended_utc = new Date().toISOString();
    job.duration_s = job.started_utc ? (Date.parse(job.ended_utc) - Date.parse(job.started_utc)) / 1000 : null;
    if (status === 'done') job.progress = 100;
    Object.assign(job, fields);
    this.emit('ended', { node: job.name, attempt: job.attempt, status, ...fields });
  }

  finish(status) {
    this.state = status ?? ([...this.jobs.values()].some((job) => job.status === 'failed') ? 'failed' : 'done');
    this.ended = new Date().toISOString();
    this.emit('end', { status: this.state });
  }

  act(action, job) {
    if (job) return this.actOnJob(action, job);
    if (action === 'run') this.begin(false);
    if (action === 'resume') this.begin(true);
    if (action === 'cancel') {
      for (const each of this.jobs.values()) if (['submitted', 'running'].includes(each.status)) this.close(each, 'cancelled', { signal: 15 });
      this.finish('cancelled');
    }
    if (action === 'hold' || action === 'release') {
      this.isHeld = action === 'hold';
      this.emit(this.isHeld ? 'held' : 'released');
      this.startReady();
    }
    if (action === 'reset') {
      for (const each of this.jobs.values()) this.clear(each);
      this.state = 'ready';
      this.started = this.ended = null;
      this.emit('reset');
    }
  }

  actOnJob(action, job) {
    if (action === 'cancel') this.close(job, 'cancelled', { signal: 15 });
    if (action === 'hold') job.status = 'held';
    if (action !== 'cancel' && action !== 'hold') this.clear(job);
    if (action !== 'cancel') this.emit({ hold: 'held', release: 'released', reset: 'reset', retry: 'reset' }[action], { node: job.name });
    this.startReady();
  }

  explanation(job) {
    const waiting = job.parents.filter((name) => !over.includes(this.jobs.get(name).status));
    const text = waiting.length > 0 ? `${job.name} waits for ${waiting.join(', ')}.` : `${job.name} is ${job.status}.`;
    return { text, command: `sciwright workflow explain ${this.name} ${job.name}` };
  }

  stop() {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

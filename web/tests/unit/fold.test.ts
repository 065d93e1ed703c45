import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JournalEvent, WorkflowSummary } from '../../src/api/types';
import { actionsOf, announcement, applyToJob, countStates, effectOf, jobActionsOf } from '../../src/model/fold';

function job(over: Partial<Job> = {}): Job {
  return {
    name: 'a', kind: 'local', host: 'localhost', user: '', status: 'ready', progress: 0, label: '', script: '', exec: '', attempt: 0, site: '',
    scheduler_id: null, started_utc: null, ended_utc: null, duration_s: null, exit_code: null, signal: null, message: '', values: {},
    parents: [], children: [], retries: 0, timeout_s: null, priority: 0, shape: '', style: '', ...over
  };
}

const second = 1_000_000_000;
const event = (name: string, more: Partial<JournalEvent> = {}): JournalEvent => ({ seq: 1, utc_ns: 1_700_000_000 * second, event: name, node: 'a', ...more });

test('a job goes from ready to done', () => {
  let a = job();
  a = applyToJob(a, event('submitted', { attempt: 2, site: 'slurm' }));
  assert.deepEqual([a.status, a.attempt, a.site], ['submitted', 2, 'slurm']);
  a = applyToJob(a, event('queued', { scheduler_id: '7_1' }));
  assert.deepEqual([a.status, a.scheduler_id], ['submitted', '7_1']);
  a = applyToJob(a, event('running'));
  assert.deepEqual([a.status, a.started_utc], ['running', '2023-11-14T22:13:20.000Z']);
  a = applyToJob(a, event('progress', { progress: 40, values: { score: '1' }, message: 'epoch 2' }));
  assert.deepEqual([a.progress, a.values, a.message], [40, { score: '1' }, 'epoch 2']);
  a = applyToJob(a, event('ended', { utc_ns: 1_700_000_003 * second, status: 'done', exit_code: 0, values: { best: '2' } }));
  assert.deepEqual([a.status, a.progress, a.duration_s, a.exit_code], ['done', 100, 3, 0]);
  assert.deepEqual(a.values, { score: '1', best: '2' });
});

test('times are when it happened, not when it was seen', () => {
  const start = 1_700_000_000 * second;
  let a = applyToJob(job({ status: 'submitted' }), event('running', { at_utc_ns: start - 9 * second }));
  a = applyToJob(a, event('ended', { status: 'done', at_utc_ns: start - 7 * second }));
  assert.deepEqual([a.started_utc, a.duration_s], ['2023-11-14T22:13:11.000Z', 2]);
});

test('a failed job keeps its progress and says why', () => {
  const a = applyToJob(job({ status: 'running', progress: 30 }), event('ended', { status: 'failed', exit_code: 3, message: 'exit code 3' }));
  assert.deepEqual([a.status, a.progress, a.exit_code, a.message], ['failed', 30, 3, 'exit code 3']);
});

test('a reset job is as if it had not run, but for its attempts', () => {
  const before = job({ status: 'failed', scheduler_id: '7_1', progress: 30, attempt: 2, exit_code: 1, message: 'x', started_utc: 'y', duration_s: 1 });
  assert.deepEqual(applyToJob(before, event('reset')), job({ attempt: 2 }));
});

test('an event about everything asks for everything', () => {
  assert.equal(effectOf(event('progress')), 'job');
  assert.equal(effectOf({ seq: 1, utc_ns: 0, event: 'begin' }), 'all');
  assert.equal(effectOf({ seq: 1, utc_ns: 0, event: 'refused' }), 'none');
});

const summary = (over: Partial<WorkflowSummary>): WorkflowSummary => ({
  name: 'demo', state: 'ready', nodes: 2, counts: {}, progress: 0, run: 0, created_utc: null, started_utc: null, ended_utc: null, event_id: 0, problems: [], ...over
});

test('buttons fit the state', () => {
  assert.deepEqual([...actionsOf(summary({ state: 'running' }))], ['cancel', 'hold', 'release']);
  assert.deepEqual([...actionsOf(summary({ state: 'ready' }))], ['run', 'delete', 'hold']);
  assert.ok(actionsOf(summary({ state: 'failed' })).has('resume'));
});

test('actions on a job fit its state', () => {
  assert.deepEqual(jobActionsOf(job({ status: 'running' }), true), ['cancel']);
  assert.deepEqual(jobActionsOf(job({ status: 'running' }), false), []);
  assert.deepEqual(jobActionsOf(job({ status: 'failed' }), false), ['retry', 'reset']);
});

test('what is read out is one sentence', () => {
  assert.equal(announcement(summary({ state: 'failed', counts: { done: 3, failed: 1 } })), 'demo is failed: 3 done, 1 failed.');
});

test('states are counted', () => {
  const counts = countStates([job(), job({ status: 'done' }), job({ status: 'done' })]);
  assert.deepEqual([counts.ready, counts.done, counts.failed], [1, 2, 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, Study } from '../../src/api/types';
import { groupTable, studyColumns } from '../../src/model/study';
import { barsOf, spanOf, totalSeconds } from '../../src/model/timeline';
import { cellText } from '../../src/model/table';

const study: Study = {
  name: 'sweep',
  parameters: ['lr'],
  metrics: ['score'],
  rows: [
    { name: 'a', phase: 'done', attempt: 1, values: { lr: 0.1 }, metrics: { score: 1 }, run: 'sweep~a' },
    { name: 'b', phase: 'done', attempt: 2, values: { lr: 0.1 }, metrics: { score: 3 }, run: null },
    { name: 'c', phase: 'failed', attempt: 1, values: { lr: 0.2 }, metrics: {}, run: null }
  ]
};

test('a study has a column for each parameter and metric', () => {
  const columns = studyColumns(study);
  assert.deepEqual(columns.filter((column) => !column.hidden).map((column) => column.title), ['Experiment', 'Phase', 'lr', 'score']);
  assert.ok(columns.find((column) => column.key === 'lr')?.numeric);
});

test('groups have a count, mean and standard deviation', () => {
  const table = groupTable(study.rows, studyColumns(study), ['lr'], ['score']);
  const shown = table.columns.filter((column) => !column.hidden);
  assert.deepEqual(shown.map((column) => column.title), ['lr', 'Experiments', 'score']);
  assert.deepEqual(table.rows.map((row) => shown.map((column) => cellText(column, row))), [['0.1', '2', '2 ± 1.4'], ['0.2', '1', '']]);
});

const at = (second: number) => new Date(second * 1000).toISOString();
const job = (name: string, start: number | null, end: number | null) =>
  ({ name, started_utc: start === null ? null : at(start), ended_utc: end === null ? null : at(end), duration_s: start === null || end === null ? null : end - start }) as Job;

test('bars are those of started jobs, by start; a running one ends now', () => {
  const bars = barsOf([job('late', 5, 9), job('never', null, null), job('running', 2, null)], 8000);
  assert.deepEqual(bars.map((bar) => [bar.job.name, bar.start_ms, bar.end_ms]), [['running', 2000, 8000], ['late', 5000, 9000]]);
  assert.deepEqual(spanOf(bars), { start_ms: 2000, end_ms: 9000 });
});

test('nothing started has a span all the same', () => {
  assert.deepEqual(spanOf([]), { start_ms: 0, end_ms: 1 });
});

test('shares are of the seconds of ended jobs', () => {
  assert.equal(totalSeconds([job('a', 0, 4), job('b', 1, 2), job('c', 3, null)]), 5);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../src/api/types';
import { jobActionsOf } from '../../src/model/fold';
import { unknownKeys, type Column } from '../../src/model/table';
import { countWithoutTime } from '../../src/model/timeline';
import { hasStyle, outline, roomOf, signPlaceOf } from '../../src/parts/shapes';

const box = { name: 'a', x: 100, y: 50, width: 80, height: 40 };

/** What a path is made of. */
function drawn(shape: string, style = ''): string[] {
  const calls: string[] = [];
  const record = (name: string) => (...numbers: number[]) => calls.push(`${name} ${numbers.map((number) => Math.round(number)).join(' ')}`);
  const names = ['beginPath', 'lineTo', 'closePath', 'ellipse', 'moveTo', 'roundRect'];
  outline(Object.fromEntries(names.map((name) => [name, record(name)])) as unknown as CanvasRenderingContext2D, box, shape, style);
  return calls;
}

test('a triangle stands on the foot of its box', () => {
  assert.deepEqual(drawn('triangle'), ['beginPath ', 'lineTo 140 50', 'lineTo 180 90', 'lineTo 100 90', 'closePath ']);
});

test('every shape of the drawing as a file has its own line', () => {
  const shapes = ['diamond', 'hexagon', 'parallelogram', 'trapezium', 'triangle', 'octagon', 'ellipse', 'doublecircle', 'box'];
  assert.equal(new Set(shapes.map((shape) => drawn(shape).join())).size, shapes.length);
});

test('only what is rounded has round corners', () => {
  assert.deepEqual(drawn('box', 'filled,rounded').at(-1), 'roundRect 100 50 80 40 8');
  assert.deepEqual(drawn('no such shape', 'dashed').at(-1), 'roundRect 100 50 80 40 0');
});

test('styles are words between commas', () => {
  assert.ok(hasStyle('filled, dashed', 'dashed'));
  assert.ok(!hasStyle('undashed', 'dashed'));
});

test('a label has nearly all of a box, and less of a diamond', () => {
  assert.equal(roomOf(box, 'box').width, 68);
  assert.ok(roomOf(box, 'diamond').width < 40);
  assert.ok(roomOf(box, 'triangle').y > 70);
});

test('the sign stands on the corner, out of the way of the label', () => {
  assert.deepEqual(signPlaceOf(box, 'box'), [100, 50]);
});

test('jobs that ended without a process wait for nothing', () => {
  const job = (status: string, started_utc: string | null) => ({ status, started_utc }) as Job;
  const jobs = [job('done', null), job('ready', null), job('skipped', null), job('done', '2026-01-01T00:00:00Z')];
  assert.deepEqual(countWithoutTime(jobs), { waiting: 1, ended: 2 });
});

test('a column that is not there is named', () => {
  const columns: Column<unknown>[] = [{ key: 'learning_rate', title: 'Rate', value: () => 1 }];
  assert.deepEqual(unknownKeys('lerning=3 rate>1 word', columns), ['lerning']);
});

test('what was handed over can be cancelled while it runs', () => {
  assert.deepEqual(jobActionsOf({ status: 'submitted' } as Job, true), ['cancel']);
});

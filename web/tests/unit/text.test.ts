import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisOf, marksOf, positionOn, termsBetween } from '../../src/model/axes';
import { bytes, duration, elapsed, percent, ticks } from '../../src/model/format';
import { keepEnd, partialBytes, plainText } from '../../src/model/log';
import { flatten } from '../../src/model/plain';
import { hashOf, parseRoute } from '../../src/model/route';
import { epochCurves, powerCurves, scoresOf } from '../../src/model/run';

test('durations have the unit that fits', () => {
  assert.deepEqual([0.353, 12.34, 245, 12_000, 90_000, 59.96].map(duration), ['0.35 s', '12.3 s', '4 min 05 s', '3 h 20 min', '1 d 01 h', '1 min 00 s']);
  assert.equal(duration(null), '');
});

test('sizes have binary units', () => {
  assert.deepEqual([0, 1023, 1536, 10 * 1024 ** 3].map(bytes), ['0 B', '1023 B', '1.5 KiB', '10 GiB']);
});

test('small shares are not nothing', () => {
  assert.deepEqual([0, 0.004, 0.126, 1].map(percent), ['0 %', '<1 %', '13 %', '100 %']);
});

test('a running thing lasts until now', () => {
  assert.equal(elapsed('2026-01-01T00:00:00.000Z', null, Date.parse('2026-01-01T00:00:05.000Z')), 5);
  assert.equal(elapsed(null, null, 0), null);
});

test('ticks are round and lie inside', () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0.13, 0.31, 4), [0.15, 0.2, 0.25, 0.3]);
  assert.deepEqual(ticks(3, 3, 4), [3]);
});

test('a log shows what a terminal would', () => {
  assert.equal(plainText('\u001b[31mred\u001b[0m\r\n 1%\r 50%\r100%\nend\r\n'), 'red\n100%\nend\n');
  assert.equal(plainText('\u001b]0;title\u0007text'), 'text');
});

test('the kept end of a log begins with a line', () => {
  assert.equal(keepEnd('first\nsecond\nthird\n', 10), 'third\n');
  assert.equal(keepEnd('short', 10), 'short');
});

test('half a character at the beginning is left out', () => {
  assert.equal(partialBytes(new TextEncoder().encode('ä').subarray(1)), 1);
  assert.equal(partialBytes(new TextEncoder().encode('a')), 0);
});

test('routes go to and fro', () => {
  const hash = hashOf('workflows', ['a b', 'table'], { job: 'x.y', filter: '' });
  assert.equal(hash, '#/workflows/a%20b/table?job=x.y');
  assert.deepEqual(parseRoute(hash), { page: 'workflows', parts: ['a b', 'table'], query: { job: 'x.y' } });
  assert.equal(parseRoute('').page, 'workflows');
  assert.deepEqual(parseRoute('#/runs/%E0%A4%A').parts, ['%E0%A4%A']);
});

test('an axis has a range of numbers, or a list of words', () => {
  const numbers = axisOf('lr', [0.1, null, 0.3]);
  assert.deepEqual([positionOn(numbers, 0.1), positionOn(numbers, 0.3), positionOn(numbers, null)], [0, 1, null]);
  const words = axisOf('kind', ['sgd', 'adam', 'lion']);
  assert.deepEqual([words.values, positionOn(words, 'lion')], [['adam', 'lion', 'sgd'], 0.5]);
});

test('an axis over powers of ten is logarithmic', () => {
  const axis = axisOf('lr', [0.0001, 0.01, 0.1]);
  assert.equal(positionOn(axis, 0.01)?.toFixed(3), '0.667');
  assert.deepEqual(marksOf(axis, 5), [0.0001, 0.001, 0.01, 0.1]);
  assert.deepEqual(termsBetween(axis, 'lr', 1 / 3, 1), ['lr>=0.001', 'lr<=0.1']);
});

test('what is brushed on an axis becomes terms', () => {
  assert.deepEqual(termsBetween(axisOf('lr', [0, 10]), 'lr', 0.8, 0.2), ['lr>=2', 'lr<=8']);
  assert.deepEqual(termsBetween(axisOf('kind', ['a', 'b', 'c']), 'kind', 0.4, 0.6), ['kind=b']);
});

test('columns of one kind share a picture', () => {
  const pictures = epochCurves([{ epoch: 1, train_loss: 2, validation_loss: 3, train_s: 1, samples: 9, learning_rate: null }]);
  assert.deepEqual(pictures.map(({ title, curves }) => [title, curves.series.map((each) => each.label)]), [
    ['Loss', ['train_loss', 'validation_loss']],
    ['Time in s', ['train_s']]
  ]);
});

test('devices share the times of a power trace', () => {
  const curves = powerCurves([{ t_s: 1, device: 'a', power_w: 5 }, { t_s: 0, device: 'b', power_w: 7 }]);
  assert.deepEqual(curves, { xs: [0, 1], series: [{ label: 'a', values: [null, 5] }, { label: 'b', values: [7, null] }] });
});

test('scores stand beside the same of the baselines', () => {
  const scores = scoresOf({ scores: [{ parameter: 'p', average: { all: 1, train: 2 }, mse: 3, baselines: { mean: { average: 4, average_train: 5 } } }] });
  assert.deepEqual(scores, [
    { of: 'p', metric: 'average', value: 1, baselines: { mean: 4 } },
    { of: 'p', metric: 'average_train', value: 2, baselines: { mean: 5 } }
  ]);
  assert.deepEqual(scoresOf({ scores: [{ subset: 'all', f1: 0.5 }] }), [{ of: 'all', metric: 'f1', value: 0.5, baselines: {} }]);
  assert.deepEqual(scoresOf({}), []);
});

test('nested facts become rows, and null is not measured', () => {
  assert.deepEqual(flatten({ a: { b: 1, c: null }, d: [1, 2] }), [['a.b', '1'], ['a.c', 'not measured'], ['d', '1, 2']]);
});

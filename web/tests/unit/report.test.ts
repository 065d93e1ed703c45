import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { filterRows, sortRows } from '../../src/model/table';
import { numberText } from '../../src/model/number_text';
import { columnOf, rowsOf } from '../../src/report/columns';
import { commonFolder, ReportData, unpack, type ColumnSpec } from '../../src/report/data';
import { scaleOf } from '../../src/report/maps';
import { sectionsOf } from '../../src/report/sections';
import { pathOf, totalsOf } from '../../src/report/timeline';
import { titleOf } from '../../src/report/units';

/** The data of a report with this block behind it. */
function dataOf(spec: object, block: Uint8Array): ReportData {
  let header = JSON.stringify({ schema_version: 1, ...spec });
  while ((header.length + 4) % 8 !== 0) header += ' ';
  const bytes = new Uint8Array(4 + header.length + block.length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(new TextEncoder().encode(header), 4);
  bytes.set(block, 4 + header.length);
  return ReportData.parse(bytes.buffer);
}

test('numbers are written as the command line writes them', () => {
  const cases = JSON.parse(readFileSync('tests/number_texts.json', 'utf8')) as [number, number, string][];
  assert.deepEqual(cases.map(([value, digits]) => numberText(value, digits)), cases.map(([, , text]) => text));
  assert.equal(numberText(NaN), '–');
});

test('numbers of all types are read back', () => {
  const planes = new Uint8Array(16);
  const doubles = new Uint8Array(new Float64Array([0.1, NaN]).buffer);
  for (let place = 0; place < 8; place += 1) for (let index = 0; index < 2; index += 1) planes[2 * place + index] = doubles[8 * index + place]!;
  const block = new Uint8Array(40);
  block.set([7, 255], 0);
  block.set(new Uint8Array(new Uint16Array([300, 65535]).buffer), 8);
  block.set(new Uint8Array(new Float32Array([0.5, NaN]).buffer), 16);
  block.set(planes, 24);
  const data = dataOf({}, block);
  const read = (type: 'u1' | 'u2' | 'f4' | 'f8', at: number) => [...Array.from(data.numbers({ type, at, count: 2 }))];
  assert.deepEqual(read('u1', 0), [7, NaN]);
  assert.deepEqual(read('u2', 8), [300, NaN]);
  assert.deepEqual(read('f4', 16), [0.5, NaN]);
  assert.deepEqual(read('f8', 24), [0.1, NaN]);
});

test('base64 and gzip are undone', async () => {
  const text = 'abc'.repeat(1000);
  const bytes = await unpack(gzipSync(Buffer.from(text)).toString('base64'));
  assert.equal(new TextDecoder().decode(bytes), text);
});

test('a report of another version is not guessed at', () => {
  assert.throws(() => dataOf({ schema_version: 2 }, new Uint8Array()), /version 2; this page reads version 1/);
});

const spec: ColumnSpec[] = [
  { key: 'optimizer', title: 'optimizer', texts: { texts: ['sgd', 'adam', ''], codes: { type: 'u1', at: 0, count: 4 } } },
  { key: 'accuracy', title: 'accuracy', digits: 4, numbers: { type: 'f4', at: 8, count: 4 } }
];
const block = new Uint8Array(24);
block.set([0, 1, 2, 1], 0);
block.set(new Uint8Array(new Float32Array([0.5, 0.75, NaN, 0.625]).buffer), 8);
const data = dataOf({}, block);
const columns = spec.map((column) => columnOf(column, data));

test('rows are sorted by text and by number, empty ones last', () => {
  assert.deepEqual(sortRows(rowsOf(4), columns[0], false), [1, 3, 0, 2]);
  assert.deepEqual(sortRows(rowsOf(4), columns[1], true), [1, 3, 0, 2]);
});

test('rows are found by words, numbers and comparisons', () => {
  const found = (filter: string) => filterRows(rowsOf(4), filter, columns);
  assert.deepEqual(found('AD'), [1, 3]);
  assert.deepEqual(found('0.62'), [3]);
  assert.deepEqual(found('accuracy>=0.625 adam'), [1, 3]);
  assert.deepEqual(found('optimizer=sgd'), [0]);
  assert.deepEqual(found('nothing'), []);
});

test('what is empty is shown as a dash, and copied as nothing', () => {
  assert.equal(columns[0]!.text!(2), '–');
  assert.equal(columns[1]!.text!(2), '–');
  assert.equal(columns[1]!.value(2), null);
});

test('titles have units', () => {
  assert.equal(titleOf('times_s.Training'), 'Training (s)');
  assert.equal(titleOf('energy.joules'), 'energy (J)');
  assert.equal(titleOf('accuracy'), 'accuracy');
});

test('a power line breaks where the power is not known', () => {
  const points = [{ t_s: 0, power_w: 1 }, { t_s: 1, power_w: 2 }, { t_s: 2, power_w: NaN }, { t_s: 3, power_w: 4 }];
  const same = (value: number) => value;
  assert.equal(pathOf({ name: 'gpu0', isStepped: false, points }, same, same), 'M0.0 1.0L1.0 2.0M3.0 4.0');
  assert.equal(pathOf({ name: 'gpu0', isStepped: true, points }, same, same), 'M0.0 1.0H1.0V2.0H2.0M3.0 4.0');
});

test('phases of one name are summed', () => {
  const phase = (name: string, start_s: number, end_s: number) => ({ name, start_s, end_s, depth: 0, status: 'ok' });
  assert.deepEqual(totalsOf([phase('Epoch', 0, 1), phase('Score', 1, 4), phase('Epoch', 4, 5)]), [
    { name: 'Score', seconds: 3, count: 1 }, { name: 'Epoch', seconds: 2, count: 2 }
  ]);
});

test('colours that go two ways are alike around the middle', () => {
  const scale = scaleOf(0.4, 0.9, 0.5);
  assert.deepEqual([scale.low, scale.high], [0.09999999999999998, 0.9]);
  assert.deepEqual(scale.colorOf(0.5), [247, 247, 247]);
});

test('only what the report has gets a section', () => {
  const board = { metrics: ['accuracy'], keys: [], directions: ['higher'], tables: [] };
  const sections = sectionsOf({ boards: [board, board], trade_offs: [], tables: [], runs: { num_lines: 1 }, details: [], workflows: [] } as never);
  assert.deepEqual(sections.map((section) => section.title), ['Overview', 'accuracy (1)', 'accuracy (2)', 'Runs']);
});

test('names are shown without the folder that all lie below', () => {
  assert.equal(commonFolder(['/a/b/run_1', '/a/b/run_2/x']), '/a/b/');
  assert.equal(commonFolder(['/a/bc/run_1', '/a/b/run_2']), '/a/');
  assert.equal(commonFolder(['a', '/a/b']), '');
});

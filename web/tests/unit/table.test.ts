import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, filterRows, groupRows, parseFilter, replaceTerms, sortRows, summarize, toCsv, toTsv, visibleRange, type Column } from '../../src/model/table';

interface Row {
  name: string;
  lr: number | null;
}
const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', value: (row) => row.name },
  { key: 'lr', title: 'Learning rate', value: (row) => row.lr, numeric: true }
];
const rows: Row[] = [
  { name: 'job-10', lr: 0.1 },
  { name: 'job-9', lr: null },
  { name: 'job-2', lr: 0.001 }
];
const names = (list: Row[]) => list.map((row) => row.name);

test('texts are sorted with the numbers in them', () => {
  assert.deepEqual(names(sortRows(rows, columns[0], false)), ['job-2', 'job-9', 'job-10']);
});

test('rows without a value come last, up and down', () => {
  assert.deepEqual(names(sortRows(rows, columns[1], false)), ['job-2', 'job-10', 'job-9']);
  assert.deepEqual(names(sortRows(rows, columns[1], true)), ['job-10', 'job-2', 'job-9']);
});

test('equal rows keep their order', () => {
  const same = [{ name: 'b', lr: 1 }, { name: 'a', lr: 1 }];
  assert.deepEqual(names(sortRows(same, columns[1], true)), ['b', 'a']);
});

test('a filter is words and comparisons', () => {
  assert.deepEqual(parseFilter('Adam lr<=0.1 "learning rate">1e-3'), [
    { kind: 'word', word: 'adam' },
    { kind: 'compare', key: 'lr', operator: '<=', value: '0.1' },
    { kind: 'compare', key: 'learning rate', operator: '>', value: '1e-3' }
  ]);
});

test('a comparison that is not finished yet is a word', () => {
  assert.deepEqual(parseFilter('lr<'), [{ kind: 'word', word: 'lr<' }]);
});

test('numbers are compared as numbers, columns found by key or title', () => {
  assert.deepEqual(names(filterRows(rows, 'lr<0.01', columns)), ['job-2']);
  assert.deepEqual(names(filterRows(rows, '"Learning rate">=0.1', columns)), ['job-10']);
});

test('a row without a value meets no comparison but !=', () => {
  assert.deepEqual(names(filterRows(rows, 'lr>0', columns)), ['job-10', 'job-2']);
  assert.deepEqual(names(filterRows(rows, 'lr!=0.1', columns)), ['job-9', 'job-2']);
});

test('all terms must be met; an unknown column meets nothing', () => {
  assert.deepEqual(names(filterRows(rows, 'job lr=0.1', columns)), ['job-10']);
  assert.deepEqual(names(filterRows(rows, 'speed>1', columns)), []);
});

test('the terms of one key are replaced, the rest stays', () => {
  assert.equal(replaceTerms('adam lr>1 lr<3 width=2', 'lr', ['lr>=2']), 'adam width=2 lr>=2');
});

test('copies are of full precision and keep their shape', () => {
  const odd = [{ name: 'a,"b"\nc', lr: 0.123456789012 }];
  assert.equal(toCsv(odd, columns), 'name,lr\r\n"a,""b""\nc",0.123456789012\r\n');
  assert.equal(toTsv(odd, columns), 'Name\tLearning rate\na,"b" c\t0.123456789012\n');
});

test('cells show six digits', () => {
  assert.equal(cellText(columns[1]!, { name: '', lr: 0.123456789 }), '0.123457');
  assert.equal(cellText(columns[1]!, { name: '', lr: 0.0000123456 }), '1.235e-5');
  assert.equal(cellText(columns[1]!, { name: '', lr: null }), '');
});

test('a summary leaves out what is no number', () => {
  assert.deepEqual(summarize([1, 3, null, 'x', Number.NaN]), { count: 2, mean: 2, standard_deviation: Math.SQRT2, minimum: 1, maximum: 3 });
  assert.equal(summarize([5]).standard_deviation, null);
  assert.equal(summarize([]).mean, null);
});

test('groups come in order of their first row', () => {
  const groups = groupRows([{ name: 'x', lr: 2 }, { name: 'y', lr: 1 }, { name: 'z', lr: 2 }], [columns[1]!]);
  assert.deepEqual(groups.map((group) => [group.values, names(group.rows)]), [[[2], ['x', 'z']], [[1], ['y']]]);
});

test('only rows near the view are drawn', () => {
  assert.deepEqual(visibleRange(10_000, 30, 3000, 600), { first: 92, end: 128 });
  assert.deepEqual(visibleRange(3, 30, 0, 600), { first: 0, end: 3 });
  assert.deepEqual(visibleRange(3, 30, 90_000, 600), { first: 3, end: 3 });
});

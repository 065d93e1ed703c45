import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser, waitBeforeTry } from '../../src/api/event_stream';

const text = ': keep-alive\n\nid: 7\nevent: ended\ndata: {"a":1}\n\nid: 8\ndata: first\ndata: second\n\n';
const expected = [
  { id: '7', event: 'ended', data: '{"a":1}' },
  { id: '8', event: 'message', data: 'first\nsecond' }
];

test('messages are read, comments are not', () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push(text), expected);
  assert.equal(parser.lastId, '8');
});

test('pieces may end anywhere', () => {
  for (let cut = 1; cut < text.length; cut += 1) {
    const parser = new EventParser();
    assert.deepEqual([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))], expected, `cut at ${cut}`);
  }
});

test('lines may end as in HTTP', () => {
  assert.deepEqual(new EventParser().push(text.replaceAll('\n', '\r\n')), expected);
});

test('the last id is that of the last whole message', () => {
  const parser = new EventParser();
  parser.push('id: 7\ndata: x\n\nid: 8\ndata: y\n');
  assert.equal(parser.lastId, '7');
});

test('tries become rarer, to one every 15 s', () => {
  assert.deepEqual([1, 2, 3, 6, 100].map(waitBeforeTry), [500, 1000, 2000, 15_000, 15_000]);
});

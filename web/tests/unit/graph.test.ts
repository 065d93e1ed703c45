import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, boxAt, boxesOf, edgesOf, fit, isInView, nextBox, reveal, zoomAt } from '../../src/model/graph';

const layout = { width: 300, height: 300, nodes: { top: [150, 20, 100, 40], left: [50, 120, 100, 40], right: [250, 120, 100, 40] } as Record<string, [number, number, number, number]> };
const boxes = boxesOf(layout, ['top', 'left', 'right', 'gone']);
const [top, left, right] = boxes as [(typeof boxes)[0], (typeof boxes)[0], (typeof boxes)[0]];

test('the service gives middles, boxes have corners', () => {
  assert.deepEqual(top, { name: 'top', x: 100, y: 0, width: 100, height: 40 });
  assert.equal(boxes.length, 3);
});

test('fit puts everything in the middle, never larger than life', () => {
  const view = fit(boundsOf(boxes), { width: 1000, height: 1000 });
  assert.deepEqual(view, { scale: 1, x: 350, y: 430 });
  assert.ok(fit(boundsOf(boxes), { width: 200, height: 200 }).scale < 0.5);
});

test('zooming keeps the point under the pointer', () => {
  const view = zoomAt({ scale: 1, x: 10, y: 20 }, 2, 110, 70);
  assert.deepEqual(view, { scale: 2, x: -90, y: -30 });
});

test('a box is found where it is drawn', () => {
  const view = { scale: 2, x: 10, y: 10 };
  assert.equal(boxAt(boxes, view, 310, 50)?.name, 'top');
  assert.equal(boxAt(boxes, view, 10, 10), undefined);
});

test('arrows go to the box the eye finds next', () => {
  assert.equal(nextBox(boxes, left, 'right')?.name, 'right');
  assert.equal(nextBox(boxes, right, 'left')?.name, 'left');
  assert.equal(nextBox(boxes, left, 'up')?.name, 'top');
  assert.equal(nextBox(boxes, top, 'up'), undefined);
});

test('a view moves no further than it must', () => {
  const size = { width: 400, height: 300 };
  const view = { scale: 1, x: 50, y: 50 };
  assert.deepEqual(reveal(view, top, size), view);
  assert.deepEqual(reveal({ scale: 1, x: 200, y: 50 }, right, size), { scale: 1, x: 60, y: 50 });
});

test('edges of nodes without a place are left out', () => {
  const edges = edgesOf([['top', 'left'], ['top', 'gone']], boxes, { ...layout, edges: [[[100, 70]], []] });
  assert.deepEqual(edges.map((edge) => [edge.from.name, edge.to.name, edge.points]), [['top', 'left', [[100, 70]]]]);
});

test('what is out of sight is not drawn', () => {
  const size = { width: 100, height: 100 };
  assert.ok(isInView(0, 0, 10, 10, { scale: 1, x: 0, y: 0 }, size));
  assert.ok(!isInView(0, 0, 10, 10, { scale: 1, x: 0, y: 200 }, size));
});

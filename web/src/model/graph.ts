import type { GraphLayout } from '../api/types';

/** A node's box: left, top, width, height in px of the drawing. */
export interface Box {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface View {
  /** px of the screen for one px of the drawing. */
  scale: number;
  /** Where the drawing's origin is on the screen, in px. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const smallestScale = 0.005;
export const largestScale = 3;

/** The service says where a box's middle is. */
export function boxesOf(layout: GraphLayout, names: readonly string[]): Box[] {
  return names.flatMap((name) => {
    const placed = layout.nodes[name];
    if (!placed) return [];
    const [x, y, width, height] = placed;
    return [{ name, x: x - width / 2, y: y - height / 2, width, height }];
  });
}

/** The smallest rectangle around all boxes, as a box without a name. */
export function boundsOf(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  if (left > right) return { name: '', x: 0, y: 0, width: 1, height: 1 };
  return { name: '', x: left, y: top, width: right - left, height: bottom - top };
}

export function clampScale(scale: number): number {
  return Math.min(largestScale, Math.max(smallestScale, scale));
}

/** Everything in view, not larger than life. */
export function fit(bounds: Box, size: Size, margin = 28): View {
  const scale = clampScale(
    Math.min(1, (size.width - 2 * margin) / bounds.width, (size.height - 2 * margin) / bounds.height)
  );
  return {
    scale,
    x: (size.width - bounds.width * scale) / 2 - bounds.x * scale,
    y: (size.height - bounds.height * scale) / 2 - bounds.y * scale
  };
}

/** Zooms so that the point of the drawing under (x, y) of the screen stays there. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** Moves the view just so far that the box is in sight. */
export function reveal(view: View, box: Box, size: Size, margin = 40): View {
  const left = box.x * view.scale + view.x;
  const top = box.y * view.scale + view.y;
  const right = left + box.width * view.scale;
  const bottom = top + box.height * view.scale;
  const shift = (low: number, high: number, length: number) => {
    if (low < margin) return margin - low;
    if (high > length - margin) return Math.max(length - margin - high, margin - low);
    return 0;
  };
  return { ...view, x: view.x + shift(left, right, size.width), y: view.y + shift(top, bottom, size.height) };
}

/** The topmost box at a point of the screen. */
export function boxAt(boxes: readonly Box[], view: View, x: number, y: number): Box | undefined {
  const [px, py] = [(x - view.x) / view.scale, (y - view.y) / view.scale];
  const reach = 2 / view.scale;
  return boxes.find(
    (box) => px >= box.x - reach && px <= box.x + box.width + reach && py >= box.y - reach && py <= box.y + box.height + reach
  );
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The box that the eye finds next in a direction: near, and not far to the side. */
export function nextBox(boxes: readonly Box[], from: Box, direction: Direction): Box | undefined {
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  const isSideways = direction === 'left' || direction === 'right';
  const middle = (box: Box) => [box.x + box.width / 2, box.y + box.height / 2] as const;
  const [fromX, fromY] = middle(from);
  let best: Box | undefined;
  let bestCost = Infinity;
  for (const box of boxes) {
    const [x, y] = middle(box);
    const along = sign * (isSideways ? x - fromX : y - fromY);
    const aside = Math.abs(isSideways ? y - fromY : x - fromX);
    if (box === from || along <= 1) continue;
    const cost = along + 2 * aside;
    if (cost < bestCost) [best, bestCost] = [box, cost];
  }
  return best;
}

export interface Edge {
  from: Box;
  to: Box;
  /** Points on the way, of the drawing. */
  points: readonly (readonly [number, number])[];
}

export function edgesOf(edges: readonly [string, string][], boxes: readonly Box[], layout: GraphLayout): Edge[] {
  const byName = new Map(boxes.map((box) => [box.name, box]));
  return edges.flatMap(([source, destination], index) => {
    const from = byName.get(source);
    const to = byName.get(destination);
    return from && to ? [{ from, to, points: layout.edges?.[index] ?? [] }] : [];
  });
}

/** Whether a box, or the way between two, may be seen. */
export function isInView(left: number, top: number, right: number, bottom: number, view: View, size: Size): boolean {
  return (
    right * view.scale + view.x >= 0 &&
    left * view.scale + view.x <= size.width &&
    bottom * view.scale + view.y >= 0 &&
    top * view.scale + view.y <= size.height
  );
}

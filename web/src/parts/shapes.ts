import type { Box } from '../model/graph';

/** Corners in halves of width and height, as in the service's SVG. */
const polygons: Record<string, readonly (readonly [number, number])[]> = {
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  hexagon: [[-0.86, -1], [0.86, -1], [1, 0], [0.86, 1], [-0.86, 1], [-1, 0]],
  parallelogram: [[-0.8, -1], [1, -1], [0.8, 1], [-1, 1]],
  trapezium: [[-0.8, -1], [0.8, -1], [1, 1], [-1, 1]],
  triangle: [[0, -1], [1, 1], [-1, 1]],
  octagon: [[-0.8, -1], [0.8, -1], [1, -0.4], [1, 0.4], [0.8, 1], [-0.8, 1], [-1, 0.4], [-1, -0.4]]
};

/** How much of a box a label may fill; the service makes the boxes of these shapes larger. */
const shares: Record<string, readonly [number, number]> = {
  diamond: [0.56, 0.5], triangle: [0.5, 0.5], ellipse: [0.76, 0.74], oval: [0.76, 0.74], circle: [0.8, 0.75], doublecircle: [0.76, 0.7],
  hexagon: [0.84, 1], parallelogram: [0.82, 1], trapezium: [0.82, 1], octagon: [0.92, 0.92]
};

const padding = 6;

/** Whether a style of graphviz, words between commas, has a word. */
export function hasStyle(style: string, word: string): boolean {
  return style.split(/[\s,]+/).includes(word);
}

/** Where the label's middle is, and how large it may be, in px of the drawing. */
export function roomOf(box: Box, shape: string): { x: number; y: number; width: number; height: number } {
  const [across, up] = shares[shape] ?? [1, 1];
  const foot = shape === 'triangle' ? box.height / 4 : 0;
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2 + foot,
    width: Math.max(12, box.width * across - 2 * padding),
    height: Math.max(16, box.height * up - 2)
  };
}

/** A place on the shape's line, on its left above the middle. */
export function signPlaceOf(box: Box, shape: string): [number, number] {
  const [x, y] = { diamond: [-0.75, -0.25], triangle: [-0.6, 0.2] }[shape] ?? (/^(ellipse|oval|circle|doublecircle)$/.test(shape) ? [-0.74, -0.67] : [-1, -1]);
  return [box.x + (box.width / 2) * (1 + x!), box.y + (box.height / 2) * (1 + y!)];
}

/** Begins a path along a shape of graphviz; those that are not known are boxes. */
export function outline(context: CanvasRenderingContext2D, { x, y, width, height }: Box, shape: string, style: string): void {
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  const corners = polygons[shape];
  context.beginPath();
  if (corners) {
    for (const [right, down] of corners) context.lineTo(middleX + (right * width) / 2, middleY + (down * height) / 2);
    context.closePath();
  } else if (/^(ellipse|oval|circle|doublecircle)$/.test(shape)) {
    context.ellipse(middleX, middleY, width / 2, height / 2, 0, 0, 2 * Math.PI);
    if (shape !== 'doublecircle') return;
    context.moveTo(middleX + width / 2 - 3, middleY);
    context.ellipse(middleX, middleY, width / 2 - 3, height / 2 - 3, 0, 0, 2 * Math.PI);
  } else {
    context.roundRect(x, y, width, height, hasStyle(style, 'rounded') ? 8 : 0);
  }
}

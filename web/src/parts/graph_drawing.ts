import type { Job, JobState } from '../api/types';
import { states } from '../api/types';
import { duration, percent } from '../model/format';
import { isInView, type Box, type Edge, type Size, type View } from '../model/graph';
import { hasStyle, outline, roomOf, signPlaceOf } from './shapes';
import { color, colors } from './theme';

export interface Palette {
  plain: Record<'panel' | 'raised' | 'text' | 'muted' | 'line' | 'strong-line' | 'accent', string>;
  states: Record<JobState, string>;
}

/** Colours for the theme now shown; `given` are the workflow's own for some states. */
export function graphColors(given: Record<string, string>): Palette {
  const own = colors(states);
  for (const state of states) {
    const wanted = given[state];
    if (wanted && CSS.supports('color', wanted)) own[state] = color(wanted);
  }
  return { plain: colors(['panel', 'raised', 'text', 'muted', 'line', 'strong-line', 'accent']), states: own };
}

export interface Picture {
  view: View;
  size: Size;
  boxes: readonly Box[];
  ways: readonly Edge[];
  jobs: ReadonlyMap<string, Job>;
  total_s: number;
  focused: string;
  selected: string;
  palette: Palette;
}

/** Below this scale letters are smaller than can be read. */
const readableScale = 0.34;

/** Draws all that is in view. 10,000 nodes take a few ms: what is out of sight or too small is left out. */
export function drawGraph(canvas: HTMLCanvasElement, picture: Picture): void {
  const { view, size } = picture;
  const density = Math.min(2, devicePixelRatio || 1);
  if (canvas.width !== size.width * density || canvas.height !== size.height * density) {
    canvas.width = size.width * density;
    canvas.height = size.height * density;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  drawEdges(context, picture);
  const isReadable = view.scale >= readableScale;
  for (const box of picture.boxes) {
    if (!isInView(box.x, box.y, box.x + box.width, box.y + box.height + 18, view, size)) continue;
    const job = picture.jobs.get(box.name);
    if (isReadable) drawBox(context, box, job, picture);
    else drawSpot(context, box, job, picture);
  }
}

function drawEdges(context: CanvasRenderingContext2D, { view, size, ways, palette, focused }: Picture): void {
  const [plain, near] = [new Path2D(), new Path2D()];
  for (const { from, to, points } of ways) {
    const xs = [from.x, to.x, from.x + from.width, to.x + to.width, ...points.map((point) => point[0])];
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y + from.height, to.y + to.height)];
    if (!isInView(Math.min(...xs), top, Math.max(...xs), bottom, view, size)) continue;
    trace(from.name === focused || to.name === focused ? near : plain, from, to, points);
  }
  context.lineWidth = Math.max(1.2, 0.7 / view.scale);
  context.strokeStyle = palette.plain['strong-line'];
  context.globalAlpha = view.scale < readableScale ? 0.45 : 0.8;
  context.stroke(plain);
  context.globalAlpha = 1;
  context.lineWidth *= 1.6;
  context.strokeStyle = palette.plain.accent;
  context.stroke(near);
}

/** From the foot of one box to the head of the other, upright at both ends and through the points between. */
function trace(path: Path2D, from: Box, to: Box, points: Edge['points']): void {
  const start: [number, number] = [from.x + from.width / 2, from.y + from.height];
  const end: [number, number] = [to.x + to.width / 2, to.y];
  const inner = points.filter(([, y]) => y > start[1] && y < end[1]);
  let [x, y] = start;
  path.moveTo(x, y);
  for (const [nextX, nextY] of [...inner, end]) {
    const middle = (y + nextY) / 2;
    path.bezierCurveTo(x, middle, nextX, middle, nextX, nextY);
    [x, y] = [nextX, nextY];
  }
  const head = 5;
  path.moveTo(end[0] - head, end[1] - head * 1.4);
  path.lineTo(end[0], end[1]);
  path.lineTo(end[0] + head, end[1] - head * 1.4);
}

function drawSpot(context: CanvasRenderingContext2D, box: Box, job: Job | undefined, { palette, view, focused, selected }: Picture): void {
  const least = 3 / view.scale;
  const [width, height] = [Math.max(box.width, least), Math.max(box.height, least)];
  context.fillStyle = job ? palette.states[job.status] : palette.plain.muted;
  context.fillRect(box.x, box.y, width, height);
  if (box.name !== focused && box.name !== selected) return;
  context.strokeStyle = palette.plain.text;
  context.lineWidth = 2 / view.scale;
  context.strokeRect(box.x, box.y, width, height);
}

/** Line of a style of graphviz. */
function setLine(context: CanvasRenderingContext2D, style: string, isMarked: boolean): void {
  context.lineWidth = isMarked ? 3 : hasStyle(style, 'bold') ? 2.5 : 1.4;
  context.setLineDash(hasStyle(style, 'dashed') ? [6, 3] : hasStyle(style, 'dotted') ? [2, 3] : []);
}

function drawBox(context: CanvasRenderingContext2D, box: Box, job: Job | undefined, picture: Picture): void {
  const { palette, focused, selected } = picture;
  const [shape, style] = [job?.shape ?? '', job?.style ?? ''];
  const stateColor = job ? palette.states[job.status] : palette.plain.muted;
  const isMarked = box.name === focused || box.name === selected;
  if (!hasStyle(style, 'invis') || isMarked) {
    outline(context, box, shape, style);
    const isPlain = /^(plaintext|none)$/.test(shape);
    context.fillStyle = palette.plain.panel;
    if (!isPlain) context.fill();
    context.globalAlpha = 0.14;
    context.fillStyle = stateColor;
    if (!isPlain) context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = isMarked ? palette.plain.accent : stateColor;
    setLine(context, style, isMarked);
    if (!isPlain || isMarked) context.stroke();
    context.setLineDash([]);
  }
  drawProgress(context, box, job, stateColor);
  drawLabel(context, box, job, palette.plain.text);
  if (job) drawSign(context, box, job, palette, stateColor);
  if (job) drawShare(context, box, job, picture);
}

function drawProgress(context: CanvasRenderingContext2D, box: Box, job: Job | undefined, stateColor: string): void {
  if (!job || job.progress <= 0 || job.status === 'done') return;
  context.save();
  outline(context, box, job.shape, job.style);
  context.clip();
  context.fillStyle = stateColor;
  context.fillRect(box.x, box.y + box.height - 4, (box.width * Math.min(100, job.progress)) / 100, 4);
  context.restore();
}

const signs: Record<JobState, string> = {
  ready: '○', submitted: '◔', running: '▶', done: '✓', failed: '✕', cancelled: '⊘', skipped: '»', held: '‖'
};

const font = 'system-ui, "DejaVu Sans", sans-serif';

const lineHeight = 16;

/** All of the label's lines if they find room, smaller where they are long: a name that is cut says nothing. */
function drawLabel(context: CanvasRenderingContext2D, box: Box, job: Job | undefined, textColor: string): void {
  const label = job?.label ? job.label.split('\n') : [box.name];
  const room = roomOf(box, job?.shape ?? '');
  const lines = label.slice(0, Math.max(1, Math.floor(room.height / lineHeight)));
  const font_px = (size: number) => (context.font = `${size}px ${font}`);
  font_px(13);
  const widest = Math.max(...lines.map((line) => context.measureText(line).width));
  if (widest > room.width) font_px(Math.max(9, (13 * room.width) / widest));
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillStyle = textColor;
  const top = room.y - ((lines.length - 1) * lineHeight) / 2;
  lines.forEach((line, index) => context.fillText(shorten(context, line, room.width), room.x, top + index * lineHeight));
}

/** The state as a sign on the shape's upper left, so that it takes no room from the label. */
function drawSign(context: CanvasRenderingContext2D, box: Box, job: Job, palette: Palette, stateColor: string): void {
  const [x, y] = signPlaceOf(box, job.shape);
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fillStyle = palette.plain.panel;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = stateColor;
  context.stroke();
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.font = `11px ${font}`;
  context.fillStyle = stateColor;
  context.fillText(signs[job.status], x, y + 0.5);
}

function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

/** Below the box: what it took, and its share of all time as a bar and a number. */
function drawShare(context: CanvasRenderingContext2D, box: Box, job: Job, { palette, total_s }: Picture): void {
  if (job.duration_s === null || total_s <= 0) return;
  const share = job.duration_s / total_s;
  context.fillStyle = palette.plain.line;
  context.fillRect(box.x, box.y + box.height + 4, box.width, 2);
  context.fillStyle = palette.plain.muted;
  context.fillRect(box.x, box.y + box.height + 4, box.width * Math.min(1, share), 2);
  context.font = `10px ${font}`;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const text = `${duration(job.duration_s)} · ${percent(share)}`;
  context.strokeStyle = palette.plain.panel; // Edges pass below the words.
  context.lineWidth = 3;
  context.strokeText(text, box.x, box.y + box.height + 8, box.width);
  context.fillText(text, box.x, box.y + box.height + 8, box.width);
}

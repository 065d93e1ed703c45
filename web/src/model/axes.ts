// Parallel coordinates: one upright axis for each parameter and metric, one line for each experiment.

import { ticks } from './format';
import type { Cell } from './table';

export interface Axis {
  key: string;
  /** Numbers have a range, everything else a list of the values there are. */
  range: [number, number] | null;
  values: string[];
  /** Positive numbers over two powers of ten or more, learning rates say, are apart by their logarithms. */
  isLogarithmic: boolean;
}

const collator = new Intl.Collator('en', { numeric: true });

export function axisOf(key: string, cells: readonly Cell[]): Axis {
  const there = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '');
  const numbers = there.filter((cell): cell is number => typeof cell === 'number' && Number.isFinite(cell));
  if (numbers.length > 0 && numbers.length === there.length) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of numbers) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return { key, range: [low, high], values: [], isLogarithmic: low > 0 && high / low >= 100 };
  }
  return { key, range: null, values: [...new Set(there.map(String))].sort(collator.compare), isLogarithmic: false };
}

/** 0 (bottom) to 1 (top); null: no value. */
export function positionOn(axis: Axis, cell: Cell): number | null {
  if (cell === null || cell === undefined || cell === '') return null;
  if (axis.range) {
    const [low, high] = axis.range;
    if (typeof cell !== 'number' || !Number.isFinite(cell)) return null;
    if (high <= low) return 0.5;
    return axis.isLogarithmic ? Math.log(cell / low) / Math.log(high / low) : (cell - low) / (high - low);
  }
  const index = axis.values.indexOf(String(cell));
  if (index < 0) return null;
  return axis.values.length > 1 ? index / (axis.values.length - 1) : 0.5;
}

function valueAt([low, high]: [number, number], isLogarithmic: boolean, position: number): number {
  return isLogarithmic ? low * (high / low) ** position : low + position * (high - low);
}

/** Values to write beside an axis, about `wanted`. */
export function marksOf(axis: Axis, wanted: number): Cell[] {
  if (!axis.range) return axis.values.slice(0, 12);
  const [low, high] = axis.range;
  if (!axis.isLogarithmic) return ticks(low, high, wanted);
  const powers: number[] = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power += 1) powers.push(Number(`1e${power}`));
  return powers;
}

/** The filter terms for what lies between two positions of an axis. */
export function termsBetween(axis: Axis, name: string, from: number, to: number): string[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  if (axis.range) {
    const at = (position: number) => Number(valueAt(axis.range!, axis.isLogarithmic, position).toPrecision(4));
    return [`${name}>=${at(low)}`, `${name}<=${at(high)}`];
  }
  const inside = axis.values.filter((value) => {
    const position = positionOn(axis, value);
    return position !== null && position >= low - 1e-9 && position <= high + 1e-9;
  });
  const quote = (value: string) => (/\s/.test(value) ? `"${value}"` : value);
  if (inside.length === 0) return [];
  return inside.length === 1
    ? [`${name}=${quote(inside[0]!)}`]
    : [`${name}>=${quote(inside[0]!)}`, `${name}<=${quote(inside[inside.length - 1]!)}`];
}

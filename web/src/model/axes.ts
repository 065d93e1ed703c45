// Parallel coordinates: one upright axis for each parameter and metric, one line for each experiment.

import type { Cell } from './table';

export interface Axis {
  key: string;
  /** Numbers have a range, everything else a list of the values there are. */
  range: [number, number] | null;
  values: string[];
}

const collator = new Intl.Collator('en', { numeric: true });

export function axisOf(key: string, cells: readonly Cell[]): Axis {
  const there = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '');
  const numbers = there.filter((cell): cell is number => typeof cell === 'number' && Number.isFinite(cell));
  if (numbers.length > 0 && numbers.length === there.length) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of numbers) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return { key, range: [low, high], values: [] };
  }
  return { key, range: null, values: [...new Set(there.map(String))].sort(collator.compare) };
}

/** 0 (bottom) to 1 (top); null: no value. */
export function positionOn(axis: Axis, cell: Cell): number | null {
  if (cell === null || cell === undefined || cell === '') return null;
  if (axis.range) {
    const [low, high] = axis.range;
    if (typeof cell !== 'number' || !Number.isFinite(cell)) return null;
    return high > low ? (cell - low) / (high - low) : 0.5;
  }
  const index = axis.values.indexOf(String(cell));
  if (index < 0) return null;
  return axis.values.length > 1 ? index / (axis.values.length - 1) : 0.5;
}

/** The filter terms for what lies between two positions of an axis. */
export function termsBetween(axis: Axis, name: string, from: number, to: number): string[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  if (axis.range) {
    const [least, most] = axis.range;
    const at = (position: number) => Number((least + position * (most - least)).toPrecision(4));
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

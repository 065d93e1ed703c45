import type { Cell, Column } from '../model/table';
import { columnOf, numberAt, rowsOf, type Row } from './columns';
import type { BoardSpec, ReportData } from './data';

/** A group as it is drawn: what is not known is null. */
export interface Standing {
  label: string;
  rank: string;
  mean: number;
  low: number | null;
  high: number | null;
  minimum: number | null;
  maximum: number | null;
  baseline: number | null;
  baselineName: string;
  isOnFront: boolean;
  /** Means of the metrics beside the first. */
  others: Cell[];
}

/** The groups of a leaderboard, the best first; `most` of them at most. */
export function standingsOf(board: BoardSpec, data: ReportData, most: number): Standing[] {
  const table = board.tables[0]!;
  const columns = new Map<string, Column<Row>>(table.columns.map((column) => [column.key, columnOf(column, data)]));
  // The labels stand behind the rank, in the order of the keys.
  const keys = table.columns.slice(1).filter((column, index) => index < board.keys.length && board.keys.includes(column.key));
  const text = (key: string, row: Row) => String(columns.get(key)?.value(row) ?? '');
  const number = (key: string, row: Row) => numberAt(columns.get(key), row);
  const rows = rowsOf(Math.min(table.num_rows, most));
  // What is the same in all is no name of one.
  const labels = keys.filter((column) => rows.some((row) => text(column.key, row) !== text(column.key, 0)));
  return rows.map((row) => ({
    label: labels.map((column) => text(column.key, row)).filter(Boolean).join(' · ') || (rows.length === 1 ? 'all runs' : 'others'),
    rank: text('rank', row),
    mean: number('mean', row) ?? NaN,
    low: number('interval_low', row),
    high: number('interval_high', row),
    minimum: number('min', row),
    maximum: number('max', row),
    baseline: number('baseline_value', row),
    baselineName: text('baseline', row),
    isOnFront: text('on_front', row) === 'yes',
    others: board.metrics.slice(1).map((metric) => number(metric, row))
  }));
}

/** The lowest and the highest of what is drawn; a little more than that, so that nothing lies on the border. */
export function rangeOf(values: readonly (number | null)[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  if (low > high) return [0, 1];
  const margin = high > low ? (high - low) * 0.03 : Math.max(Math.abs(low) * 0.05, 1e-9);
  return [low - margin, high + margin];
}

import type { Run } from '../api/types';
import { isPlain } from './plain';

export interface Curves {
  xs: number[];
  series: { label: string; values: (number | null)[] }[];
}

function column(rows: readonly Record<string, unknown>[], key: string): (number | null)[] {
  return rows.map((row) => {
    const value = row[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  });
}

const titles: Record<string, string> = { loss: 'Loss', accuracy: 'Accuracy', s: 'Time in s', rate: 'Learning rate' };

/** Curves over the epochs: columns of one kind (`train_loss` and `validation_loss`) in one picture. */
export function epochCurves(epochs: Run['epochs']): { title: string; curves: Curves }[] {
  const keys = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch)))].filter((key) => key !== 'epoch' && key !== 'samples');
  const xs = epochs.map((epoch, index) => epoch.epoch ?? index + 1);
  const kinds = new Map<string, Curves>();
  for (const key of keys) {
    const values = column(epochs, key);
    if (values.every((value) => value === null)) continue;
    const kind = key.slice(key.lastIndexOf('_') + 1);
    const title = titles[kind] ?? key;
    const curves = kinds.get(title) ?? { xs, series: [] };
    curves.series.push({ label: key, values });
    kinds.set(title, curves);
  }
  return [...kinds].map(([title, curves]) => ({ title, curves }));
}

/** One curve for each device over common times; a device without a value at a time has null there. */
export function powerCurves(power: Run['power']): Curves {
  const xs = [...new Set(power.map((sample) => sample.t_s))].sort((a, b) => a - b);
  const index = new Map(xs.map((time, position) => [time, position]));
  const devices = [...new Set(power.map((sample) => sample.device))];
  const series = devices.map((label) => ({ label, values: new Array<number | null>(xs.length).fill(null) }));
  for (const sample of power) series[devices.indexOf(sample.device)]!.values[index.get(sample.t_s)!] = sample.power_w;
  return { xs, series };
}

/** One metric of one row of a result's `scores`, beside the same of each baseline. */
export interface Score {
  of: string;
  metric: string;
  value: number | null;
  baselines: Record<string, number | null>;
}

/** `average` of a baseline stands beside `average.all` of the run, `average_train` beside `average.train`. */
function ownValue(row: Record<string, unknown>, metric: string): number | null {
  const split = metric.lastIndexOf('_');
  const outer = row[metric] ?? row[metric.slice(0, split)];
  const value = isPlain(outer) ? outer[metric in row ? 'all' : metric.slice(split + 1)] : row[metric];
  return typeof value === 'number' ? value : null;
}

function scoresOfRow(row: Record<string, unknown>): Score[] {
  const of = Object.values(row).filter((value) => typeof value === 'string').join(', ');
  const baselines = Object.entries(isPlain(row.baselines) ? row.baselines : {}).filter(
    (entry): entry is [string, Record<string, unknown>] => isPlain(entry[1])
  );
  const compared = new Set(baselines.flatMap(([, values]) => Object.keys(values)));
  const plain = Object.keys(row).filter((key) => typeof row[key] === 'number');
  const metrics = compared.size > 0 ? [...compared] : plain;
  return metrics.map((metric) => ({
    of,
    metric,
    value: ownValue(row, metric),
    baselines: Object.fromEntries(
      baselines.map(([name, values]) => [name, typeof values[metric] === 'number' ? (values[metric] as number) : null])
    )
  }));
}

/** All scores of a result, where it has any. */
export function scoresOf(result: Run['result']): Score[] {
  const rows = Array.isArray(result.scores) ? result.scores : [];
  return rows.filter(isPlain).flatMap(scoresOfRow);
}

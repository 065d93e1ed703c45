import type { ReportData, TimelineSpec } from './data';

export interface Phase {
  name: string;
  status: string;
  depth: number;
  start_s: number;
  end_s: number;
}

export interface PowerLine {
  name: string;
  isStepped: boolean;
  points: { t_s: number; power_w: number }[];
}

export interface Timeline {
  phases: Phase[];
  power: PowerLine[];
  end_s: number;
  most_w: number;
  depths: number;
}

export function timelineOf(spec: TimelineSpec, data: ReportData): Timeline {
  const { names, statuses, depths, start_s, duration_s } = spec.phases;
  const [nameCodes, statusCodes] = [data.codes(names), data.codes(statuses)];
  const [depth, start, duration] = [data.numbers(depths), data.numbers(start_s), data.numbers(duration_s)];
  const phases = Array.from(start, (from, index): Phase => ({
    name: names.texts[nameCodes[index]!]!,
    status: statuses.texts[statusCodes[index]!]!,
    depth: depth[index]!,
    start_s: from,
    end_s: from + duration[index]!
  }));
  const power = spec.power.map((line): PowerLine => {
    const [times, powers] = [data.numbers(line.t_s), data.numbers(line.power_w)];
    return { name: line.name, isStepped: line.is_stepped, points: Array.from(times, (t_s, index) => ({ t_s, power_w: powers[index]! })) };
  });
  let [end_s, most_w] = [0, 0];
  for (const phase of phases) end_s = Math.max(end_s, phase.end_s);
  for (const { points } of power) {
    for (const { t_s, power_w } of points) [end_s, most_w] = [Math.max(end_s, t_s), Number.isNaN(power_w) ? most_w : Math.max(most_w, power_w)];
  }
  return { phases, power, end_s, most_w, depths: phases.length > 0 ? 1 + Math.max(...phases.map((phase) => phase.depth)) : 0 };
}

/** A path of a line; broken where the power is not known. */
export function pathOf(line: PowerLine, across: (t_s: number) => number, up: (power_w: number) => number): string {
  let path = '';
  let last = NaN;
  for (const { t_s, power_w } of line.points) {
    if (!Number.isNaN(power_w)) {
      const place = `${across(t_s).toFixed(1)} ${up(power_w).toFixed(1)}`;
      if (Number.isNaN(last)) path += `M${place}`;
      else path += line.isStepped ? `H${across(t_s).toFixed(1)}V${up(power_w).toFixed(1)}` : `L${place}`;
    } else if (line.isStepped && !Number.isNaN(last)) path += `H${across(t_s).toFixed(1)}`;
    last = power_w;
  }
  return path;
}

/** Sums of the phases by name, the longest first. */
export function totalsOf(phases: readonly Phase[]): { name: string; seconds: number; count: number }[] {
  const totals = new Map<string, { name: string; seconds: number; count: number }>();
  for (const phase of phases) {
    const total = totals.get(phase.name) ?? { name: phase.name, seconds: 0, count: 0 };
    total.seconds += phase.end_s - phase.start_s;
    total.count += 1;
    totals.set(phase.name, total);
  }
  return [...totals.values()].sort((a, b) => b.seconds - a.seconds);
}

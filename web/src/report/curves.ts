import type { Series } from '../parts/Curve.svelte';
import type { DetailSpec, ReportData } from './data';

export interface Chart {
  title: string;
  yLabel: string;
  xs: number[];
  series: Series[];
}

const quantities: { key: string; title: string; yLabel: string }[] = [
  { key: 'loss', title: 'Loss', yLabel: 'loss' },
  { key: 'accuracy', title: 'Accuracy', yLabel: 'accuracy' },
  { key: 's', title: 'Seconds of an epoch', yLabel: 's' },
  { key: 'learning_rate', title: 'Learning rate', yLabel: 'learning rate' }
];

function valuesOf(detail: DetailSpec, key: string, data: ReportData): (number | null)[] | null {
  const column = detail.epochs?.find((each) => each.key === key);
  if (!column) return null;
  return Array.from(data.numbers(column.numbers), (value) => (Number.isFinite(value) ? value : null));
}

/** `train_loss` is dashed, `validation_loss` solid, both in the colour of their run. */
function seriesOf(detail: DetailSpec, color: number, quantity: string, data: ReportData): Series[] {
  const keys = quantity === 'learning_rate' ? ['learning_rate'] : [`validation_${quantity}`, `train_${quantity}`];
  return keys.flatMap((key, index) => {
    const values = valuesOf(detail, key, data);
    const part = quantity === 'learning_rate' ? '' : index === 0 ? ' validation' : ' training';
    return values ? [{ label: `${detail.name}${part}`, values, color, isDashed: index === 1 }] : [];
  });
}

function faintOf(details: readonly DetailSpec[], quantity: string, data: ReportData): Series[] {
  return details.flatMap((detail) => {
    const values = valuesOf(detail, `validation_${quantity}`, data);
    return values ? [{ label: detail.name, values, isFaint: true }] : [];
  });
}

/** Curves over the epochs of the chosen runs, before those of the others where they are asked for. */
export function chartsOf(chosen: readonly DetailSpec[], others: readonly DetailSpec[], data: ReportData): Chart[] {
  return quantities.flatMap(({ key, title, yLabel }) => {
    const own = chosen.flatMap((detail, index) => seriesOf(detail, index, key, data));
    if (own.length === 0) return [];
    const series = [...(key === 'loss' || key === 'accuracy' ? faintOf(others, key, data) : []), ...own];
    const length = Math.max(...series.map((each) => each.values.length));
    const padded = series.map((each) => ({ ...each, values: [...each.values, ...new Array<null>(length - each.values.length).fill(null)] }));
    return [{ title, yLabel, xs: Array.from({ length }, (_, index) => index + 1), series: padded }];
  });
}

import type { Study, StudyRow } from '../api/types';
import { groupRows, showNumber, summarize, type Cell, type Column, type Summary } from './table';

/** Name and phase, the parameters, the metrics, and what is rarely asked for. */
export function studyColumns(study: Study): Column<StudyRow>[] {
  return [
    { key: 'name', title: 'Experiment', value: (row) => row.name },
    { key: 'phase', title: 'Phase', value: (row) => row.phase, width: 120 },
    ...study.parameters.map((key) => ({
      key,
      title: key,
      value: (row: StudyRow) => row.values[key],
      numeric: study.rows.some((row) => typeof row.values[key] === 'number')
    })),
    ...study.metrics.map((key, index) => ({
      key, title: key, value: (row: StudyRow) => row.metrics[key], numeric: true, hidden: index >= 6
    })),
    { key: 'attempt', title: 'Attempt', value: (row) => row.attempt || null, numeric: true, hidden: true },
    { key: 'run', title: 'Run', value: (row) => row.run, hidden: true }
  ];
}

export interface GroupRow {
  key: string;
  values: Cell[];
  count: number;
  metrics: Summary[];
}

function meanText(summary: Summary | undefined): string {
  if (!summary || summary.mean === null) return '';
  const spread = summary.standard_deviation === null ? '' : ` ± ${Number(summary.standard_deviation.toPrecision(2))}`;
  return `${showNumber(summary.mean)}${spread}`;
}

/** One row for each group: how many, and of each metric the mean, the standard deviation and the ends. */
export function groupTable(
  rows: readonly StudyRow[],
  columns: readonly Column<StudyRow>[],
  keys: readonly string[],
  metrics: readonly string[]
): { columns: Column<GroupRow>[]; rows: GroupRow[] } {
  const by = columns.filter((column) => keys.includes(column.key));
  const groups = groupRows(rows, by).map((group) => ({
    key: group.key,
    values: group.values,
    count: group.rows.length,
    metrics: metrics.map((metric) => summarize(group.rows.map((row) => row.metrics[metric])))
  }));
  const ends = (index: number, title: string, end: 'minimum' | 'maximum'): Column<GroupRow> => ({
    key: `${title}.${end}`,
    title: `${title} ${end}`,
    value: (row) => row.metrics[index]?.[end],
    numeric: true,
    hidden: true
  });
  return {
    rows: groups,
    columns: [
      ...by.map((column, index) => ({ key: column.key, title: column.title, value: (row: GroupRow) => row.values[index] })),
      { key: 'count', title: 'Experiments', value: (row: GroupRow) => row.count, numeric: true },
      ...metrics.flatMap((title, index): Column<GroupRow>[] => [
        {
          key: title, title, value: (row) => row.metrics[index]?.mean, text: (row) => meanText(row.metrics[index]), numeric: true, hidden: index >= 6
        },
        { key: `${title}.sd`, title: `${title} sd`, value: (row) => row.metrics[index]?.standard_deviation, numeric: true, hidden: true },
        ends(index, title, 'minimum'),
        ends(index, title, 'maximum')
      ])
    ]
  };
}

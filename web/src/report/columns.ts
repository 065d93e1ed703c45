// Tables of a report as columns over the numbers of rows.

import { numberText } from '../model/number_text';
import type { Cell, Column } from '../model/table';
import type { ColumnSpec, NumbersSpec, ReportData, RunColumnSpec, TextsSpec } from './data';

/** A row is its place in the table. */
export type Row = number;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Reads something when it is first asked for. */
function lazy<Value>(make: () => Value): () => Value {
  let value: { made: Value } | undefined;
  return () => (value ??= { made: make() }).made;
}

/** The places of texts when sorted; NaN for the empty one. */
function orderOf(texts: readonly string[]): Float64Array {
  const order = new Float64Array(texts.length);
  const sorted = texts.map((_, index) => index).sort((a, b) => collator.compare(texts[a]!, texts[b]!));
  sorted.forEach((code, place) => (order[code] = texts[code] === '' ? NaN : place));
  return order;
}

function textColumn(base: { key: string; title: string }, spec: TextsSpec, data: ReportData): Column<Row> {
  const codes = lazy(() => data.codes(spec));
  const order = lazy(() => orderOf(spec.texts));
  return {
    ...base,
    value: (row) => spec.texts[codes()[row]!],
    order: (row) => order()[codes()[row]!]!,
    holds: (word) => {
      const hits = spec.texts.map((text) => text.toLowerCase().includes(word));
      return (row) => hits[codes()[row]!]!;
    }
  };
}

/** Rows whose text is the word, or begins with it where that has decimals: quickly also among 10^6 numbers. */
function holdsNumber(values: () => ArrayLike<number>, text: (value: number) => string, word: string): (row: Row) => boolean {
  const wanted = Number(word);
  if (word.trim() === '' || Number.isNaN(wanted)) return () => false;
  const decimals = /^[^e]*\.(\d*)$/.exec(word)?.[1]?.length ?? 0;
  const width = decimals > 0 ? 10 ** -decimals : Math.abs(wanted) * 1e-9;
  return (row) => {
    const value = values()[row]!;
    if (!(Math.abs(value - wanted) <= width)) return false;
    return decimals > 0 ? text(value).startsWith(word) : true;
  };
}

function utcText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function numberColumn(
  { key, title }: { key: string; title: string }, spec: NumbersSpec, data: ReportData, text: (value: number) => string
): Column<Row> {
  const values = lazy(() => data.numbers(spec));
  const valueOf = (row: Row): Cell => {
    const value = values()[row]!;
    return Number.isNaN(value) ? null : value;
  };
  return {
    key,
    title,
    numeric: true,
    value: valueOf,
    order: (row) => values()[row]!,
    text: (row) => {
      const value = values()[row]!;
      return Number.isNaN(value) ? '–' : text(value);
    },
    holds: (word) => holdsNumber(values, text, word)
  };
}

/** A column whose rows have a text or a number or nothing. */
export function columnOf(spec: ColumnSpec, data: ReportData): Column<Row> {
  const base = { key: spec.key, title: spec.title };
  const show = (value: number) => numberText(value, spec.digits ?? 4);
  if (spec.texts && spec.numbers) {
    const texts = textColumn(base, spec.texts, data);
    const numbers = numberColumn(base, spec.numbers, data, show);
    const isText = (row: Row) => texts.value(row) !== '';
    return {
      ...base,
      value: (row) => (isText(row) ? texts.value(row) : numbers.value(row)),
      text: (row) => (isText(row) ? String(texts.value(row)) : numbers.text!(row))
    };
  }
  if (spec.numbers) return numberColumn(base, spec.numbers, data, show);
  const texts = textColumn(base, spec.texts!, data);
  return { ...texts, ...(spec.key === 'run' && { widest: 560 }), text: (row) => String(texts.value(row) || '–') };
}

/** Numbers of runs as in the tables of the command line, but settings whole. */
export function runColumnOf(spec: RunColumnSpec, data: ReportData): Column<Row> {
  if (spec.format === 'utc' && spec.numbers) {
    const base = { key: spec.key, title: `${spec.title} (UTC)` };
    const column = numberColumn(base, spec.numbers, data, utcText);
    return { ...column, numeric: false, value: (row) => (column.value(row) === null ? null : column.text!(row)) };
  }
  if (spec.kind === 'setting' && spec.numbers) return numberColumn(spec, spec.numbers, data, String);
  return columnOf(spec, data);
}

export function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, row) => row);
}

export function numberAt(column: Column<Row> | undefined, row: Row): number | null {
  const value = column?.value(row);
  return typeof value === 'number' ? value : null;
}

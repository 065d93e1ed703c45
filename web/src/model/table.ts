// Tables without a page: filter, sort, group, copy.

export type Cell = string | number | boolean | null | undefined;

export interface Column<Row> {
  key: string;
  title: string;
  value: (row: Row) => Cell;
  /** What people read, where it is not the value itself. */
  text?: (row: Row) => string;
  numeric?: boolean;
  /** Not shown until somebody asks for it. */
  hidden?: boolean;
  /** In px. */
  width?: number;
  /** How wide its texts may make it, in px. */
  widest?: number;
  /** The place of a row's value among all, where that is known; saves comparing texts. NaN: none. */
  order?: (row: Row) => number;
  /** Whether a row's text holds a word (in small letters), looked up faster than in the text. */
  holds?: (word: string) => (row: Row) => boolean;
}

export interface Sorting {
  key: string;
  descending: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Six significant digits are enough for a table; the full value goes into what is copied. */
export function showNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3);
  return String(Number(value.toPrecision(6)));
}

export function cellText<Row>(column: Column<Row>, row: Row): string {
  if (column.text) return column.text(row);
  const value = column.value(row);
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? showNumber(value) : String(value);
}

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

function isEmpty(value: Cell): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value));
}

/** A sorted copy; equal rows keep their order, rows without a value come last in either direction. */
export function sortRows<Row>(rows: readonly Row[], column: Column<Row> | undefined, descending: boolean): Row[] {
  if (!column) return [...rows];
  const valueOf = column.order ?? column.value;
  const keyed = rows.map((row) => ({ row, value: valueOf(row) as Cell }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    const empty = Number(isEmpty(a.value)) - Number(isEmpty(b.value));
    if (empty !== 0 || isEmpty(a.value)) return empty;
    return sign * compare(a.value, b.value);
  });
  return keyed.map((each) => each.row);
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** `lr<=0.1` (a column compared) or a word that any shown column may hold. */
export type Term = { kind: 'word'; word: string } | { kind: 'compare'; key: string; operator: Operator; value: string };

/** Words and comparisons, all of which a row must meet; "…" keeps blanks together. */
export function parseFilter(text: string): Term[] {
  const pieces = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return pieces.map((piece) => {
    const match = /^("[^"]+"|[^=!<>~"]+)(<=|>=|!=|=|<|>|~)(.*)$/.exec(piece);
    const plain = (part: string) => part.replaceAll('"', '');
    if (!match || match[3] === '') return { kind: 'word', word: plain(piece).toLowerCase() };
    return { kind: 'compare', key: plain(match[1]!).toLowerCase(), operator: match[2] as Operator, value: plain(match[3]!) };
  });
}

function compares(cell: Cell, operator: Operator, wanted: string): boolean {
  if (operator === '~') return String(cell ?? '').toLowerCase().includes(wanted.toLowerCase());
  const number = Number(wanted);
  const both = typeof cell === 'number' && wanted.trim() !== '' && !Number.isNaN(number);
  if (!both && isEmpty(cell)) return operator === '!=';
  const order = both ? cell - number : collator.compare(String(cell), wanted);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function testOf<Row>(term: Term, columns: readonly Column<Row>[]): (row: Row) => boolean {
  if (term.kind === 'word') {
    const tests = columns.map(
      (column) => column.holds?.(term.word) ?? ((row: Row) => cellText(column, row).toLowerCase().includes(term.word))
    );
    return (row) => tests.some((test) => test(row));
  }
  const column = columns.find((each) => each.key.toLowerCase() === term.key || each.title.toLowerCase() === term.key);
  return (row) => column !== undefined && compares(column.value(row), term.operator, term.value);
}

/** Columns that a filter speaks of and that are not there. */
export function unknownKeys<Row>(filter: string, columns: readonly Column<Row>[]): string[] {
  const isKnown = (key: string) => columns.some((each) => each.key.toLowerCase() === key || each.title.toLowerCase() === key);
  return parseFilter(filter).flatMap((term) => (term.kind === 'compare' && !isKnown(term.key) ? [term.key] : []));
}

export function filterRows<Row>(rows: readonly Row[], filter: string, columns: readonly Column<Row>[]): Row[] {
  const tests = parseFilter(filter).map((term) => testOf(term, columns));
  return tests.length === 0 ? [...rows] : rows.filter((row) => tests.every((test) => test(row)));
}

/** The filter with all comparisons of `key` replaced by `terms`, for what is set with the mouse. */
export function replaceTerms(filter: string, key: string, terms: string[]): string {
  const pieces = filter.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const kept = pieces.filter((piece) => {
    const [term] = parseFilter(piece);
    return !(term?.kind === 'compare' && term.key === key.toLowerCase());
  });
  return [...kept, ...terms].join(' ');
}

/** A key as it may stand in a filter. */
export function quoted(text: string): string {
  return /[\s=!<>~]/.test(text) ? `"${text}"` : text;
}

function fullText<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row);
  return value === null || value === undefined ? '' : String(value);
}

/** For the clipboard: what a spreadsheet takes. Full precision. */
export function toTsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  const lines = [columns.map((column) => clean(column.title))];
  for (const row of rows) lines.push(columns.map((column) => clean(fullText(column, row))));
  return lines.map((line) => line.join('\t')).join('\n') + '\n';
}

/** RFC 4180, full precision. */
export function toCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [columns.map((column) => quote(column.key))];
  for (const row of rows) lines.push(columns.map((column) => quote(fullText(column, row))));
  return lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}

export interface Summary {
  count: number;
  mean: number | null;
  /** Of the sample (n - 1); null below two values. */
  standard_deviation: number | null;
  minimum: number | null;
  maximum: number | null;
}

export function summarize(values: readonly Cell[]): Summary {
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const count = numbers.length;
  if (count === 0) return { count, mean: null, standard_deviation: null, minimum: null, maximum: null };
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    standard_deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
    minimum: Math.min(...numbers),
    maximum: Math.max(...numbers)
  };
}

export interface Group<Row> {
  key: string;
  values: Cell[];
  rows: Row[];
}

/** Rows with the same values in `columns`, in order of first appearance. */
export function groupRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Group<Row>[] {
  const groups = new Map<string, Group<Row>>();
  for (const row of rows) {
    const values = columns.map((column) => column.value(row));
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { key, values, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Which rows of a long list to draw: those in view and a few around them. */
export function visibleRange(count: number, rowHeight: number, scrollTop: number, height: number): { first: number; end: number } {
  const margin = 8;
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - margin));
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin);
  return { first, end: Math.max(first, end) };
}

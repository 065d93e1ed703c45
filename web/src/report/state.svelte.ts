import { getContext, setContext } from 'svelte';
import { Notices } from '../state/notices.svelte';
import { Preferences } from '../state/preferences.svelte';
import { provideSurroundings } from '../state/surroundings';
import { runColumnOf, rowsOf, type Row } from './columns';
import { shortenNames, type DetailSpec, type ReportData } from './data';
import type { Column } from '../model/table';

/** So many runs can still be told apart in one chart. */
export const mostChosen = 6;

/** What the sections of a report share: its data, and which runs are looked at. */
export class ReportState {
  readonly preferences = new Preferences('sciwright.report', false);
  readonly notices = new Notices();
  readonly rows: Row[];
  readonly columns: Column<Row>[];
  filter = $state('');
  /** Places in `details`, in the order of choice: it gives the colours. */
  chosen = $state.raw<number[]>([]);
  private readonly detailOfName: Map<string, number>;
  private readonly nameColumn: Column<Row>;

  /** Where the names of runs begin; empty: anywhere. */
  readonly folder: string;

  constructor(readonly data: ReportData) {
    this.folder = shortenNames(data.spec);
    const { runs, details } = data.spec;
    this.rows = rowsOf(runs.num_lines);
    this.columns = runs.columns.map((column) => runColumnOf(column, data));
    this.nameColumn = this.columns.find((column) => column.key === 'run')!;
    this.detailOfName = new Map(details.map((detail, index) => [detail.name, index]));
    this.chosen = this.firstOf((detail) => detail.epochs !== null) ?? this.firstOf((detail) => detail.timeline !== null) ?? [];
  }

  get details(): readonly DetailSpec[] {
    return this.data.spec.details;
  }

  /** Which details a line of the table has. */
  detailOf(row: Row): number | undefined {
    return this.detailOfName.get(String(this.nameColumn.value(row)));
  }

  isChosen(detail: number | undefined): boolean {
    return detail !== undefined && this.chosen.includes(detail);
  }

  choose(detail: number, isOn: boolean): void {
    const others = this.chosen.filter((each) => each !== detail);
    if (isOn && others.length >= mostChosen) return;
    this.chosen = isOn ? [...others, detail] : others;
  }

  private firstOf(test: (detail: DetailSpec) => boolean): number[] | undefined {
    const found = this.details.flatMap((detail, index) => (test(detail) ? [index] : [])).slice(0, 3);
    return found.length > 0 ? found : undefined;
  }
}

const key = Symbol('report');

export function provideReport(report: ReportState): ReportState {
  return setContext(key, provideSurroundings(report));
}

export function useReport(): ReportState {
  return getContext<ReportState>(key);
}

import type { BoardSpec, ReportSpec, TableSpec } from './data';
import { titleOf } from './units';

/** A part of the page, with its place in the navigation. */
export type Section =
  | { kind: 'overview' | 'runs' | 'maps' | 'scenes' | 'workflows'; id: string; title: string }
  | { kind: 'board'; id: string; title: string; board: BoardSpec }
  | { kind: 'curves' | 'time' | 'tables'; id: string; title: string; tables: TableSpec[] };

/** What a board is called: its first metric, or both axes of a trade-off; told apart by number where equal. */
function boardSections(boards: readonly BoardSpec[], kind: 'board' | 'trade'): Section[] {
  const titles = boards.map((board) =>
    kind === 'board' ? titleOf(board.metrics[0]!) : `${titleOf(board.metrics[0]!)} against ${board.metrics.slice(1).map(titleOf).join(', ')}`
  );
  return boards.map((board, index) => {
    const isAlone = titles.filter((title) => title === titles[index]).length === 1;
    const title = isAlone ? titles[index]! : `${titles[index]} (${index + 1})`;
    return { kind: 'board', id: `${kind}-${index + 1}`, title, board };
  });
}

/** The parts of the page that this report has something for. */
export function sectionsOf(spec: ReportSpec): Section[] {
  const tables = (...keys: string[]) => spec.tables.filter((table) => keys.includes(table.key));
  const placed = ['overfitting', 'phases'];
  const others = spec.tables.filter((table) => !placed.includes(table.key));
  const fits = tables('overfitting');
  const phases = tables('phases');
  const some = (test: (detail: ReportSpec['details'][number]) => unknown) => spec.details.some((detail) => Boolean(test(detail)));
  const sections: (Section | false)[] = [
    { kind: 'overview', id: 'overview', title: 'Overview' },
    ...boardSections(spec.boards, 'board'),
    ...boardSections(spec.trade_offs, 'trade'),
    spec.runs.num_lines > 0 && { kind: 'runs', id: 'runs', title: 'Runs' },
    (fits.length > 0 || some((detail) => detail.epochs)) && { kind: 'curves', id: 'curves', title: 'Training', tables: fits },
    (phases.length > 0 || some((detail) => detail.timeline)) && { kind: 'time', id: 'time', title: 'Time and power', tables: phases },
    some((detail) => detail.pictures?.maps.length) && { kind: 'maps', id: 'maps', title: 'Maps' },
    some((detail) => detail.pictures?.scenes.length) && { kind: 'scenes', id: 'scenes', title: 'Scenes' },
    spec.workflows.length > 0 && { kind: 'workflows', id: 'workflows', title: spec.workflows.length === 1 ? 'Workflow' : 'Workflows' },
    others.length > 0 && { kind: 'tables', id: 'tables', title: 'Further tables', tables: others }
  ];
  return sections.filter((section) => section !== false);
}

// The data of a report as `sciwright report --out` packs it (docs/formats.md): JSON, and columns of numbers beside it.

export interface NumbersSpec {
  type: 'u1' | 'u2' | 'u4' | 'f4' | 'f8';
  at: number;
  count: number;
}

export interface TextsSpec {
  texts: string[];
  codes: NumbersSpec;
}

export interface ColumnSpec {
  key: string;
  title: string;
  digits?: number;
  numbers?: NumbersSpec;
  texts?: TextsSpec;
}

export interface TableSpec {
  key: string;
  title: string;
  columns: ColumnSpec[];
  num_rows: number;
  /** The command line prints so many; 0: all. */
  most_rows: number;
  notes: string[];
}

export interface BoardSpec {
  metrics: string[];
  keys: string[];
  directions: ('higher' | 'lower' | null)[];
  tables: TableSpec[];
}

export interface RunColumnSpec extends ColumnSpec {
  kind: 'about' | 'setting' | 'score' | 'time' | 'resource' | 'baseline' | 'detail';
  format?: 'utc';
  varies?: boolean;
}

export interface GridMapsSpec {
  num_rows: number;
  num_columns: number;
  extent_deg: [west: number, east: number, south: number, north: number];
  places: NumbersSpec;
  is_validation: NumbersSpec;
  note: string;
  maps: {
    parameter: string;
    quantity: string;
    unit: string;
    middle: number | null;
    values: { low: number; high: number; step: number; codes: NumbersSpec };
  }[];
}

export interface SceneSpec {
  name: string;
  height_px: number;
  width_px: number;
  rgb: NumbersSpec;
  probability: NumbersSpec;
  label: NumbersSpec;
  label_name: string;
  threshold: number;
}

export interface TimelineSpec {
  phases: { names: TextsSpec; statuses: TextsSpec; depths: NumbersSpec; start_s: NumbersSpec; duration_s: NumbersSpec };
  power: { name: string; is_stepped: boolean; t_s: NumbersSpec; power_w: NumbersSpec }[];
  is_replayed: boolean;
}

export interface DetailSpec {
  run: number;
  line: number;
  name: string;
  epochs: { key: string; numbers: NumbersSpec }[] | null;
  timeline: TimelineSpec | null;
  pictures: { maps: GridMapsSpec[]; scenes: SceneSpec[] } | null;
}

export interface WorkflowSpec {
  name: string;
  file: string;
  status: string;
  width: number;
  height: number;
  nodes: {
    name: string;
    kind: string;
    host: string;
    status: string;
    progress: number;
    label: string;
    x: number;
    y: number;
    width: number;
    height: number;
    started_s: number | null;
    ended_s: number | null;
    attempt: number;
    message: string;
  }[];
  edges: { source: string; destination: string; points: [number, number][] }[];
}

export interface ReportSpec {
  schema_version: number;
  program: string;
  created_utc: string;
  title: string;
  paths: string[];
  notes: string[];
  num_runs: number;
  invalid: { run: string; reasons: string[] }[];
  unfinished: string[];
  problems: string[];
  findings: string[];
  page_problems: string[];
  boards: BoardSpec[];
  trade_offs: BoardSpec[];
  tables: TableSpec[];
  runs: { num_lines: number; columns: RunColumnSpec[]; left_out: string[] };
  details: DetailSpec[];
  workflows: WorkflowSpec[];
}

const schemaVersion = 1;

/** What is known of the runs, and the numbers it speaks of. */
export class ReportData {
  private constructor(
    readonly spec: ReportSpec,
    private readonly block: ArrayBuffer
  ) {}

  static parse(bytes: ArrayBuffer): ReportData {
    const length = new DataView(bytes).getUint32(0, true);
    const header = new TextDecoder().decode(new Uint8Array(bytes, 4, length));
    const spec = JSON.parse(header) as ReportSpec;
    if (spec.schema_version !== schemaVersion) {
      throw new Error(`The report has version ${spec.schema_version}; this page reads version ${schemaVersion}.`);
    }
    return new ReportData(spec, bytes.slice(4 + length));
  }

  /** NaN stands for nothing. */
  numbers(spec: NumbersSpec): ArrayLike<number> {
    const { type, at, count } = spec;
    if (type === 'f4') return new Float32Array(this.block, at, count);
    if (type === 'f8') return this.doubles(at, count);
    return this.wholes(spec);
  }

  bytes({ at, count }: NumbersSpec): Uint8Array {
    return new Uint8Array(this.block, at, count);
  }

  /** Numbers of texts; each row has one. */
  codes(spec: TextsSpec): ArrayLike<number> {
    return this.raw(spec.codes);
  }

  private raw({ type, at, count }: NumbersSpec): Uint8Array | Uint16Array | Uint32Array {
    if (type === 'u1') return new Uint8Array(this.block, at, count);
    return type === 'u2' ? new Uint16Array(this.block, at, count) : new Uint32Array(this.block, at, count);
  }

  /** The highest number of a type stands for nothing. */
  private wholes(spec: NumbersSpec): ArrayLike<number> {
    const raw = this.raw(spec);
    const nothing = 256 ** raw.BYTES_PER_ELEMENT - 1;
    if (!raw.includes(nothing as never)) return raw;
    return Float64Array.from(raw, (value) => (value === nothing ? NaN : value));
  }

  /** Bytes lie by their place: first the lowest of all, for these pack better. */
  private doubles(at: number, count: number): Float64Array {
    const planes = new Uint8Array(this.block, at, 8 * count);
    const bytes = new Uint8Array(8 * count);
    for (let place = 0; place < 8; place += 1) {
      const plane = place * count;
      for (let index = 0; index < count; index += 1) bytes[8 * index + place] = planes[plane + index]!;
    }
    return new Float64Array(bytes.buffer);
  }
}

/** The folder that all names lie below, with its slash; empty where there is none. */
export function commonFolder(names: readonly string[]): string {
  let folder = (names[0] ?? '').replace(/[^/]*$/, '');
  for (const name of names) {
    while (!name.startsWith(folder)) folder = folder.replace(/[^/]*\/$/, '');
  }
  return folder;
}

/** Names of runs without the folder that all of them lie below, wherever they stand; the folder. */
export function shortenNames(spec: ReportSpec): string {
  const names = spec.runs.columns.find((column) => column.key === 'run')?.texts?.texts ?? [];
  const folder = names.length > 1 ? commonFolder(names) : '';
  const short = (name: string) => (name.startsWith(folder) ? name.slice(folder.length) : name);
  const tables = [...spec.boards, ...spec.trade_offs].flatMap((board) => board.tables);
  for (const columns of [spec.runs.columns, ...[...tables, ...spec.tables].map((table) => table.columns)]) {
    for (const { key, texts } of columns) if (texts && (key === 'run' || key === 'name')) texts.texts = texts.texts.map(short);
  }
  for (const detail of spec.details) detail.name = short(detail.name);
  for (const invalid of spec.invalid) invalid.run = short(invalid.run);
  return folder;
}

/** Undoes base64 and gzip. */
export async function unpack(base64: string): Promise<ArrayBuffer> {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) packed[index] = text.charCodeAt(index);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

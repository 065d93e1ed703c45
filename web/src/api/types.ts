// What the service sends: docs/rest-api.md. Times are UTC texts that end in Z, durations are seconds.

export const states = ['ready', 'submitted', 'running', 'done', 'failed', 'cancelled', 'skipped', 'held'] as const;
export type JobState = (typeof states)[number];
export type WorkflowState = 'ready' | 'running' | 'done' | 'failed' | 'cancelled' | 'stopped';

export interface Session {
  authenticated: boolean;
  can_write: boolean;
  version: string;
  base_url: string;
}

export interface WorkflowSummary {
  name: string;
  state: WorkflowState;
  nodes: number;
  counts: Partial<Record<JobState, number>>;
  /** 0 to 100. */
  progress: number;
  run: number;
  created_utc: string | null;
  started_utc: string | null;
  ended_utc: string | null;
  /** Number of the last event that these values hold. */
  event_id: number;
  /** Why the definition cannot be read. */
  problems: string[];
}

export interface Job {
  name: string;
  kind: string;
  host: string;
  user: string;
  status: JobState;
  progress: number;
  label: string;
  script: string;
  exec: string;
  attempt: number;
  site: string;
  scheduler_id: string | null;
  started_utc: string | null;
  ended_utc: string | null;
  duration_s: number | null;
  exit_code: number | null;
  signal: number | null;
  message: string;
  values: Record<string, string>;
  parents: string[];
  children: string[];
  retries: number;
  timeout_s: number | null;
  priority: number;
  shape: string;
  style: string;
}

/** The middle, width and height of each node's box, and the way points of each edge, in px. */
export interface GraphLayout {
  width: number;
  height: number;
  nodes: Record<string, [number, number, number, number]>;
  edges?: [number, number][][];
}

export interface WorkflowDetail extends WorkflowSummary {
  jobs: Job[];
  edges: [string, string][];
  colors: Record<string, string>;
  layout?: GraphLayout;
}

/** One line of the journal; which fields are there depends on the event. */
export interface JournalEvent {
  seq: number;
  utc_ns: number;
  at_utc_ns?: number;
  event: string;
  node?: string;
  attempt?: number;
  status?: JobState;
  progress?: number;
  site?: string;
  scheduler_id?: string;
  host?: string;
  exit_code?: number | null;
  signal?: number | null;
  message?: string;
  values?: Record<string, string>;
  run?: number;
}

export interface Problem {
  line: number;
  column: number;
  message: string;
}

export interface PlannedJob {
  name: string;
  site: string;
  command: string;
}

export interface Example {
  name: string;
  description: string;
}

export interface StudySummary {
  name: string;
  path: string;
  total: number;
  counts: Record<string, number>;
  /** Why it cannot be read. */
  problem?: string | null;
}

export interface StudyRow {
  name: string;
  phase: string;
  attempt: number;
  values: Record<string, string | number | boolean | null>;
  metrics: Record<string, number | null>;
  run: string | null;
}

export interface Study {
  name: string;
  parameters: string[];
  metrics: string[];
  rows: StudyRow[];
}

export interface RunSummary {
  name: string;
  path: string;
  benchmark: string;
  /** valid, invalid or unreadable */
  status: string;
  started_utc: string | null;
  duration_s: number | null;
  metrics: Record<string, number | null>;
}

export interface Run {
  name: string;
  result: Record<string, unknown>;
  epochs: Record<string, number | null>[];
  phases: { name: string; start_s: number; duration_s: number | null }[];
  power: { t_s: number; device: string; power_w: number | null }[];
  host: Record<string, unknown> | null;
}

export interface Leaderboard {
  benchmark: string;
  metric: string;
  direction: 'higher' | 'lower';
  /** `baseline` is the best trivial answer's value of the same metric. */
  rows: { rank: number | null; run: string; value: number | null; baseline: number | null; system: string; date: string }[];
}

export interface SystemFacts {
  version: string;
  host: string;
  cpus: number;
  load: number[];
  memory_total: number | null;
  memory_available: number | null;
  root: string;
  disk_total: number | null;
  disk_free: number | null;
  uptime_s: number;
  pid: number;
  rss: number | null;
  clients: number;
}

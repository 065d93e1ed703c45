import type { Job, JobState, JournalEvent, WorkflowSummary } from '../api/types';
import { states } from '../api/types';

/** What an event asks of the page beside the change it made to the jobs. */
export type Effect = 'job' | 'all' | 'none';

/** When it happened; it may have been seen later. */
function happened(event: JournalEvent): string {
  return new Date((event.at_utc_ns ?? event.utc_ns) / 1e6).toISOString();
}

function cleared(job: Job): Job {
  return {
    ...job, status: 'ready', progress: 0, scheduler_id: null, started_utc: null, ended_utc: null, duration_s: null, exit_code: null, signal: null, message: ''
  };
}

function ended(job: Job, event: JournalEvent): Job {
  const status = event.status ?? 'done';
  const ended_utc = happened(event);
  return {
    ...job,
    status,
    ended_utc,
    progress: status === 'done' ? 100 : job.progress,
    duration_s: job.started_utc ? (Date.parse(ended_utc) - Date.parse(job.started_utc)) / 1000 : null,
    exit_code: event.exit_code ?? null,
    signal: event.signal ?? null,
    message: event.message ?? '',
    values: { ...job.values, ...event.values }
  };
}

/** The job after one event of the journal that names it. */
export function applyToJob(job: Job, event: JournalEvent): Job {
  switch (event.event) {
    case 'submitted':
      return { ...cleared(job), status: 'submitted', attempt: event.attempt ?? job.attempt, site: event.site ?? job.site };
    case 'queued':
      return { ...job, scheduler_id: event.scheduler_id ?? null };
    case 'running':
      return { ...job, status: 'running', started_utc: happened(event), attempt: event.attempt ?? job.attempt };
    case 'progress':
      return {
        ...job, progress: event.progress ?? job.progress, message: event.message || job.message, values: { ...job.values, ...event.values }
      };
    case 'ended':
      return ended(job, event);
    case 'held':
      return { ...job, status: 'held' };
    case 'retry':
    case 'released':
    case 'reset':
      return cleared(job);
    default:
      return job;
  }
}

/** Events without a node change more than one job: the page then asks for all of them again. */
export function effectOf(event: JournalEvent): Effect {
  if (event.node) return event.event === 'cancel' || event.event === 'refused' ? 'none' : 'job';
  return event.event === 'refused' || event.event === 'cancel' ? 'none' : 'all';
}

export function countStates(jobs: readonly Job[]): Record<JobState, number> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<JobState, number>;
  for (const job of jobs) counts[job.status] = (counts[job.status] ?? 0) + 1;
  return counts;
}

export function isOver(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled' || state === 'skipped';
}

/** What a reader of the page hears when the workflow changes: one sentence. */
export function announcement(workflow: WorkflowSummary): string {
  const counts = states.filter((state) => workflow.counts[state]).map((state) => `${workflow.counts[state]} ${state}`);
  return `${workflow.name} is ${workflow.state}: ${counts.join(', ')}.`;
}

export type WorkflowAction = 'run' | 'cancel' | 'hold' | 'release' | 'resume' | 'reset' | 'delete';

/** Which buttons do something now. */
export function actionsOf(workflow: WorkflowSummary): Set<WorkflowAction> {
  if (workflow.state === 'running') return new Set(['cancel', 'hold', 'release']);
  const held: WorkflowAction[] = workflow.counts.held ? ['release'] : ['hold'];
  if (workflow.state === 'ready') return new Set<WorkflowAction>(['run', 'delete', ...held]);
  return new Set<WorkflowAction>(['run', 'resume', 'reset', 'delete', ...held]);
}

export type JobAction = 'cancel' | 'hold' | 'release' | 'reset' | 'retry';

export function jobActionsOf(job: Job, isRunning: boolean): JobAction[] {
  switch (job.status) {
    case 'ready':
      return ['hold'];
    case 'held':
      return ['release'];
    case 'submitted':
    case 'running':
      return isRunning ? ['cancel'] : [];
    case 'failed':
    case 'cancelled':
      return ['retry', 'reset'];
    case 'done':
    case 'skipped':
      return ['reset'];
  }
}

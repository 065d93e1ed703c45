import type { Job, JobState, JournalEvent, WorkflowSummary } from '../api/types';
import { states } from '../api/types';

/** What an event asks of the page beside the change it made to the jobs. */
export type Effect = 'job' | 'all' | 'none';

function timeOf(event: JournalEvent): string {
  return new Date(event.utc_ns / 1e6).toISOString();
}

function clear(job: Job): void {
  job.status = 'ready';
  job.progress = 0;
  job.started_utc = job.ended_utc = null;
  job.duration_s = job.exit_code = job.signal = null;
  job.message = '';
}

function submit(job: Job, event: JournalEvent): void {
  clear(job);
  job.status = 'submitted';
  job.attempt = event.attempt ?? job.attempt;
  job.site = event.site ?? job.site;
}

function end(job: Job, event: JournalEvent): void {
  job.status = event.status ?? 'done';
  job.ended_utc = timeOf(event);
  job.duration_s = job.started_utc ? (Date.parse(job.ended_utc) - Date.parse(job.started_utc)) / 1000 : null;
  job.exit_code = event.exit_code ?? null;
  job.signal = event.signal ?? null;
  job.message = event.message ?? '';
  if (job.status === 'done') job.progress = 100;
  if (event.values) job.values = { ...job.values, ...event.values };
}

/** One event of the journal on the job it names. */
export function applyToJob(job: Job, event: JournalEvent): void {
  switch (event.event) {
    case 'submitted':
      return submit(job, event);
    case 'running':
      job.status = 'running';
      job.started_utc = timeOf(event);
      job.attempt = event.attempt ?? job.attempt;
      return;
    case 'progress':
      job.progress = event.progress ?? job.progress;
      job.message = event.message || job.message;
      if (event.values) job.values = { ...job.values, ...event.values };
      return;
    case 'ended':
      return end(job, event);
    case 'held':
      job.status = 'held';
      return;
    case 'retry':
    case 'released':
    case 'reset':
      return clear(job);
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

import type { Job } from '../api/types';
import { isOver } from './fold';

/** A job's time on the way from its start to its end, in ms since 1970. */
export interface Bar {
  job: Job;
  start_ms: number;
  end_ms: number;
}

/** Started jobs by start, then name; a running one ends now. */
export function barsOf(jobs: readonly Job[], now_ms: number): Bar[] {
  const bars = jobs.flatMap((job) => {
    if (!job.started_utc) return [];
    const start_ms = Date.parse(job.started_utc);
    const end_ms = job.ended_utc ? Date.parse(job.ended_utc) : Math.max(now_ms, start_ms);
    return [{ job, start_ms, end_ms }];
  });
  return bars.sort((a, b) => a.start_ms - b.start_ms || a.job.name.localeCompare(b.job.name, 'en', { numeric: true }));
}

export function spanOf(bars: readonly Bar[]): { start_ms: number; end_ms: number } {
  let [start_ms, end_ms] = [Infinity, -Infinity];
  for (const bar of bars) {
    start_ms = Math.min(start_ms, bar.start_ms);
    end_ms = Math.max(end_ms, bar.end_ms);
  }
  return start_ms > end_ms ? { start_ms: 0, end_ms: 1 } : { start_ms, end_ms: Math.max(end_ms, start_ms + 1) };
}

/** Jobs without a time: those that wait, and those that ended with nothing to run, as `start` and `end` do. */
export function countWithoutTime(jobs: readonly Job[]): { waiting: number; ended: number } {
  const without = jobs.filter((job) => !job.started_utc);
  const ended = without.filter((job) => isOver(job.status)).length;
  return { waiting: without.length - ended, ended };
}

/** Seconds that all attempts now known have taken together: what a node's share is a share of. */
export function totalSeconds(jobs: readonly Job[]): number {
  return jobs.reduce((sum, job) => sum + (job.duration_s ?? 0), 0);
}

import { getJson, path } from '../api/client';
import { Stream, type StreamState } from '../api/stream';
import type { GraphLayout, Job, JournalEvent, WorkflowDetail } from '../api/types';
import { applyToJob, countStates, effectOf } from '../model/fold';
import { totalSeconds } from '../model/timeline';

/** The service also counts the seconds of a job that still runs; here only ended ones have a duration. */
function withTimeOfEnded(job: Job): Job {
  return job.ended_utc ? job : { ...job, duration_s: null };
}

/** Labels that speak of progress and times are made by the service, and asked for again this often at most. */
const labels_ms = 2000;

/**
 * One workflow with all its jobs, live. The list of jobs is plain, with an entry replaced for each event: 10,000 reactive
 * ones would be slow. `version` counts the pictures that differ; whoever reads a job reads it too.
 */
export class OpenWorkflow {
  detail = $state.raw<WorkflowDetail | null>(null);
  private version = $state(0);
  error = $state.raw<unknown>(null);
  connection = $state<StreamState>('connecting');
  private jobs: Job[] = [];
  private places = new Map<string, number>();
  private stream: Stream | null = null;
  private controller = new AbortController();
  private frame = 0;
  private isClosed = false;
  private reloading: ReturnType<typeof setTimeout> | undefined;
  private relabelling: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly name: string) {
    void this.load();
  }

  readonly list: Job[] = $derived.by(() => {
    void this.version;
    return this.jobs.slice();
  });
  readonly counts = $derived(countStates(this.list));
  readonly total_s = $derived(totalSeconds(this.list));

  get layout(): GraphLayout | undefined {
    return this.detail?.layout;
  }

  job(name: string): Job | undefined {
    void this.version;
    const place = this.places.get(name);
    return place === undefined ? undefined : this.jobs[place];
  }

  /** Asks for everything, then follows the events after it. */
  async load(): Promise<void> {
    this.controller.abort();
    this.controller = new AbortController();
    try {
      const address = `${path('workflows', this.name)}?layout=true`;
      const detail = await getJson<WorkflowDetail>(address, this.controller.signal);
      if (this.isClosed) return;
      this.jobs = detail.jobs.map(withTimeOfEnded);
      this.places = new Map(detail.jobs.map((job, place) => [job.name, place]));
      this.detail = detail;
      this.error = null;
      this.version += 1;
      this.follow(detail.event_id);
    } catch (error) {
      if (!this.controller.signal.aborted) this.error = error;
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.reloading);
    clearTimeout(this.relabelling);
    cancelAnimationFrame(this.frame);
    this.controller.abort();
    this.stream?.close();
  }

  private follow(since: number): void {
    this.stream?.close();
    this.stream = new Stream(
      path('workflows', this.name, 'events'),
      {
        message: (message) => this.take(JSON.parse(message.data) as JournalEvent),
        state: (state) => (this.connection = state)
      },
      String(since)
    );
  }

  private take(event: JournalEvent): void {
    const effect = effectOf(event);
    if (effect === 'all') this.reloadSoon();
    if (effect !== 'job') return;
    const place = this.places.get(event.node!);
    if (place === undefined) return this.reloadSoon();
    this.jobs[place] = applyToJob(this.jobs[place]!, event);
    const { name, label } = this.jobs[place]!;
    if (label && label !== name) this.relabelling ??= setTimeout(() => void this.relabel(), labels_ms);
    this.show();
  }

  /** Many events may come between two pictures. */
  private show(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.version += 1;
    });
  }

  private async relabel(): Promise<void> {
    try {
      const { jobs } = await getJson<{ jobs: Job[] }>(path('workflows', this.name, 'jobs'), this.controller.signal);
      for (const { name, label } of jobs) {
        const place = this.places.get(name);
        if (place !== undefined && this.jobs[place]!.label !== label) this.jobs[place] = { ...this.jobs[place]!, label };
      }
      this.show();
    } catch {
      // The next event asks again.
    }
    this.relabelling = undefined;
  }

  /** Several such events come together at the start and at the end of a run. */
  reloadSoon(): void {
    clearTimeout(this.reloading);
    this.reloading = setTimeout(() => void this.load(), 120);
  }
}

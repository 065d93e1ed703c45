import { getJson, path } from '../api/client';
import { Stream, type StreamState } from '../api/stream';
import type { GraphLayout, Job, JournalEvent, WorkflowDetail } from '../api/types';
import { applyToJob, countStates, effectOf } from '../model/fold';
import { totalSeconds } from '../model/timeline';

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
      this.jobs = detail.jobs;
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
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.version += 1;
    });
  }

  /** Several such events come together at the start and at the end of a run. */
  reloadSoon(): void {
    clearTimeout(this.reloading);
    this.reloading = setTimeout(() => void this.load(), 120);
  }
}

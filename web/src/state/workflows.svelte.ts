import { path } from '../api/client';
import type { Message } from '../api/event_stream';
import { Stream, type StreamState } from '../api/stream';
import type { WorkflowSummary } from '../api/types';

/** All workflows of the service, live. */
export class Workflows {
  list = $state.raw<WorkflowSummary[]>([]);
  isLoaded = $state(false);
  connection = $state<StreamState>('connecting');
  private byName = new Map<string, WorkflowSummary>();
  private stream: Stream | null = null;
  private frame = 0;

  start(): void {
    this.stream?.close();
    this.stream = new Stream(path('events'), {
      message: (message) => this.take(message),
      state: (state) => (this.connection = state)
    });
  }

  get(name: string): WorkflowSummary | undefined {
    return this.list.find((workflow) => workflow.name === name);
  }

  /** What an answer to one of our own requests said, before the stream says it. */
  put(workflow: WorkflowSummary | null): void {
    if (!workflow?.name) return;
    this.byName.set(workflow.name, workflow);
    this.show();
  }

  drop(name: string): void {
    this.byName.delete(name);
    this.show();
  }

  private take(message: Message): void {
    const data = JSON.parse(message.data) as { workflows?: WorkflowSummary[] } & WorkflowSummary;
    if (message.event === 'snapshot') {
      this.byName = new Map((data.workflows ?? []).map((workflow) => [workflow.name, workflow]));
      this.isLoaded = true;
    } else if (message.event === 'workflow') {
      this.byName.set(data.name, data);
    } else if (message.event === 'deleted') {
      this.byName.delete(data.name);
    }
    this.show();
  }

  /** Many events may come between two pictures. */
  private show(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.list = [...this.byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    });
  }
}

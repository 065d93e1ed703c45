import { onDestroy } from 'svelte';
import { getJson } from '../api/client';

/** What one address holds; asked for again every `period_ms` while the page that made it is there and in sight. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state('');
  private controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly address: string,
    private readonly period_ms = 0
  ) {
    void this.load();
    onDestroy(() => {
      this.controller.abort();
      clearTimeout(this.timer);
    });
  }

  async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      if (!document.hidden || this.value === null) this.value = await getJson<T>(this.address, this.controller.signal);
      this.error = '';
    } catch (error) {
      if (this.controller.signal.aborted) return;
      this.error = error instanceof Error ? error.message : String(error);
    }
    if (this.period_ms > 0) this.timer = setTimeout(() => void this.load(), this.period_ms);
  }
}

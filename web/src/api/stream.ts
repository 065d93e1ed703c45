import { address, ApiError, headers } from './client';
import { EventParser, waitBeforeTry, type Message } from './event_stream';

export type StreamState = 'connecting' | 'live' | 'waiting' | 'refused' | 'paused';

export interface Listener {
  message: (message: Message) => void;
  /** The connection came, broke, or was refused for good. */
  state?: (state: StreamState) => void;
}

/** The service writes a comment every 15 s; after this long without a byte the connection is dead. */
const silence_ms = 40_000;

/**
 * Follows a stream of events until `close`. By fetch, not EventSource, which cannot send the token. Goes on after the
 * last message when the connection breaks; lets go of the connection while the tab is hidden, since a browser gives one
 * service only six.
 */
export class Stream {
  private lastId: string;
  private tries = 0;
  private isClosed = false;
  private controller: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly path: string,
    private readonly listener: Listener,
    lastId = ''
  ) {
    this.lastId = lastId;
    document.addEventListener('visibilitychange', this.onVisibility);
    void this.connect();
  }

  close(): void {
    this.isClosed = true;
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.drop();
  }

  private readonly onVisibility = () => {
    if (document.hidden) {
      this.drop();
      this.listener.state?.('paused');
    } else if (!this.controller) {
      this.tries = 0;
      void this.connect();
    }
  };

  private drop(): void {
    clearTimeout(this.timer);
    this.controller?.abort();
    this.controller = null;
  }

  private async connect(): Promise<void> {
    if (this.isClosed || document.hidden) return;
    clearTimeout(this.timer);
    const controller = new AbortController();
    this.controller = controller;
    this.listener.state?.('connecting');
    try {
      await this.read(controller);
    } catch (error) {
      if (this.controller !== controller) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
        this.controller = null;
        this.listener.state?.('refused');
        return;
      }
    }
    if (this.controller === controller) this.tryAgain();
  }

  private tryAgain(): void {
    this.controller?.abort();
    this.controller = null;
    if (this.isClosed) return;
    this.listener.state?.('waiting');
    this.tries += 1;
    this.timer = setTimeout(() => void this.connect(), waitBeforeTry(this.tries));
  }

  private async read(controller: AbortController): Promise<void> {
    const more: Record<string, string> = { Accept: 'text/event-stream' };
    if (this.lastId) more['Last-Event-ID'] = this.lastId;
    const response = await fetch(address(this.path), { headers: headers(more), signal: controller.signal, cache: 'no-store' });
    if (!response.ok || !response.body) throw new ApiError(response.status, response.statusText);
    this.tries = 0;
    this.listener.state?.('live');
    await this.readBody(response.body, controller);
  }

  private async readBody(body: ReadableStream<Uint8Array>, controller: AbortController): Promise<void> {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    const giveUp = () => this.controller === controller && this.tryAgain();
    let guard = setTimeout(giveUp, silence_ms);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.controller !== controller) return;
        clearTimeout(guard);
        guard = setTimeout(giveUp, silence_ms);
        for (const message of parser.push(decoder.decode(value, { stream: true }))) {
          this.lastId = message.id || this.lastId;
          this.listener.message(message);
        }
      }
    } finally {
      clearTimeout(guard);
    }
  }
}

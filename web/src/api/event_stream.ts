/** One message of a server-sent event stream. */
export interface Message {
  id: string;
  event: string;
  data: string;
}

/**
 * Reads the text of a server-sent event stream piece by piece. Pieces may end anywhere, also within a line.
 * As https://html.spec.whatwg.org/multipage/server-sent-events.html, but that `retry` is left out.
 */
export class EventParser {
  /** The id of the last whole message: where a new connection goes on. */
  lastId = '';
  private rest = '';
  private id = '';
  private event = '';
  private data: string[] = [];

  push(piece: string): Message[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    const messages: Message[] = [];
    for (const line of lines) {
      const message = this.take(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (message) messages.push(message);
    }
    return messages;
  }

  private take(line: string): Message | null {
    if (line === '') return this.finish();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.id = value;
    if (field === 'event') this.event = value;
    if (field === 'data') this.data.push(value);
    return null;
  }

  private finish(): Message | null {
    const message = { id: this.id, event: this.event || 'message', data: this.data.join('\n') };
    const isEmpty = this.data.length === 0;
    this.event = '';
    this.data = [];
    this.lastId = this.id;
    return isEmpty ? null : message;
  }
}

/** How long to wait before try number `tries` (from 1): 0.5 s, doubling, at most 15 s. */
export function waitBeforeTry(tries: number): number {
  return Math.min(15_000, 500 * 2 ** Math.min(tries - 1, 10));
}

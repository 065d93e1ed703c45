import { ApiError } from '../api/client';

export interface Notice {
  id: number;
  kind: 'good' | 'bad';
  text: string;
  problems: string[];
}

/** What the page says of the reader's own actions, and what it reads out. */
export class Notices {
  list = $state.raw<Notice[]>([]);
  /** For the live region: read out, not shown. */
  spoken = $state('');
  private last = 0;

  good(text: string): void {
    const id = this.add('good', text, []);
    setTimeout(() => this.close(id), 4000);
  }

  /** Stays until it is closed. */
  bad(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.add('bad', text, error instanceof ApiError ? error.problems : []);
  }

  /** Runs an action of the reader and says how it went. */
  async act(said: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      this.good(said);
      return true;
    } catch (error) {
      this.bad(error);
      return false;
    }
  }

  say(text: string): void {
    this.spoken = text;
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  private add(kind: Notice['kind'], text: string, problems: string[]): number {
    this.last += 1;
    const others = this.list.filter((notice) => notice.text !== text).slice(-3);
    this.list = [...others, { id: this.last, kind, text, problems }];
    return this.last;
  }
}

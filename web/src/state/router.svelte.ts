import { hashOf, parseRoute, type Route } from '../model/route';

/** Where the reader is. The address bar is the truth, so that back, reload and a copied address work. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));
  /** Asked before the page is left; false: stay. */
  guard: (() => boolean) | null = null;
  private shown = location.hash;

  constructor() {
    addEventListener('hashchange', () => this.follow());
  }

  go(page: string, parts: string[] = [], query: Record<string, string> = {}): void {
    location.hash = hashOf(page, parts, query);
  }

  /** Another query on the same page; no new entry in the history. */
  setQuery(query: Record<string, string>): void {
    const { page, parts, query: old } = this.route;
    history.replaceState(null, '', hashOf(page, parts, { ...old, ...query }));
    this.shown = location.hash;
    this.route = parseRoute(location.hash);
  }

  private follow(): void {
    if (location.hash === this.shown) return;
    if (this.guard && !this.guard()) {
      history.replaceState(null, '', this.shown);
      return;
    }
    this.shown = location.hash;
    this.route = parseRoute(location.hash);
  }
}

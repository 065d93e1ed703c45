/** A place in the page: `#/workflows/demo/graph?job=train`. */
export interface Route {
  page: string;
  /** What follows the page's name, decoded. */
  parts: string[];
  query: Record<string, string>;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  const [page = '', ...parts] = path.split('/').filter(Boolean).map(decode);
  return { page: page || 'workflows', parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function hashOf(page: string, parts: readonly string[] = [], query: Record<string, string> = {}): string {
  const path = [page, ...parts].map(encodeURIComponent).join('/');
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return `#/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

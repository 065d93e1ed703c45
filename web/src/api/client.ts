/** An answer of the service that is not the one hoped for. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0: the service was not reached. */
    readonly status: number,
    message: string,
    readonly problems: string[] = []
  ) {
    super(message);
  }
}

const tokenKey = 'sciwright.token';

/** The token of this tab. Kept in the session storage: it ends with the tab and is sent nowhere by itself. */
export function token(): string {
  return sessionStorage.getItem(tokenKey) ?? '';
}

export function keepToken(value: string): void {
  sessionStorage.setItem(tokenKey, value);
}

/** Takes the token out of `#token=…`, so that it stays neither in the address bar nor in the history. */
export function takeTokenFromAddress(): void {
  const match = /^#\/?token=([^&]*)(?:&(.*))?$/.exec(location.hash);
  if (!match) return;
  keepToken(decodeURIComponent(match[1] ?? ''));
  history.replaceState(null, '', `#${match[2] ?? '/'}`);
}

/** The address of a resource, below whatever base the page was served from. */
export function address(path: string): string {
  return new URL(path.replace(/^\//, ''), document.baseURI.replace(/[?#].*$/, '')).href;
}

export function headers(more: Record<string, string> = {}): Record<string, string> {
  const value = token();
  return value ? { ...more, Authorization: `Bearer ${value}` } : more;
}

/** A path below /api/v1, each part made safe: path('workflows', name, 'run'). */
export function path(...parts: string[]): string {
  return ['api', 'v1', ...parts.map(encodeURIComponent)].join('/');
}

export interface Options {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { detail, problems } = JSON.parse(text) as { detail?: string; problems?: string[] };
    return new ApiError(response.status, detail ?? response.statusText, problems ?? []);
  } catch {
    return new ApiError(response.status, text.slice(0, 300) || `The service answered ${response.status}.`);
  }
}

/** Sends one request; an answer that is no success is thrown as an ApiError. */
export async function request(to: string, options: Options = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(to), { cache: 'no-cache', ...options, headers: headers(options.headers) });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, 'The service does not answer. Is sciwright serve still running, and the tunnel up?');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function getJson<T>(to: string, signal?: AbortSignal): Promise<T> {
  return (await request(to, signal ? { signal } : {})).json() as Promise<T>;
}

/** A change: POST unless said otherwise. Answers the JSON that comes back, if any does. */
export async function change<T>(to: string, body?: unknown, method = 'POST'): Promise<T | null> {
  const options: Options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'Content-Type': 'application/json' };
  }
  const text = await (await request(to, options)).text();
  return text ? (JSON.parse(text) as T) : null;
}

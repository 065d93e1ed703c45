/** Whether a value of JSON is an object. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A nested value as rows of (path, text), for a list of facts. Long lists are shortened. */
export function flatten(value: unknown, prefix = ''): [string, string][] {
  if (isPlain(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix ? `${prefix}.${key}` : key));
  }
  if (Array.isArray(value)) {
    const text = value.slice(0, 12).map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each))).join(', ');
    return [[prefix, value.length > 12 ? `${text}, … (${value.length})` : text]];
  }
  return [[prefix, value === null || value === undefined ? 'not measured' : String(value)]];
}

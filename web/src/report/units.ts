// Names of metrics with their units, for axes and heads.

const units: [RegExp, string][] = [
  [/^times_s\./, 's'],
  [/(^|[._])joules$/, 'J'],
  [/_kwh$/, 'kWh'],
  [/_bytes$/, 'B'],
  [/_s$/, 's'],
  [/_w$/, 'W'],
  [/_fraction$/, '']
];

/** `times_s.Training` is `Training (s)`, `energy.joules` is `energy (J)`; others stay as they are. */
export function titleOf(path: string): string {
  const [, unit] = units.find(([pattern]) => pattern.test(path)) ?? [null, ''];
  if (!unit) return path;
  const bare = path.replace(/^times_s\./, '').replace(/[._]joules$/, '').replace(/_(kwh|bytes|s|w)$/, '');
  return `${bare} (${unit})`;
}

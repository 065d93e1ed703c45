/** A colour of app.css as a canvas takes it, for the theme shown now. `name` without its dashes, or any CSS colour. */
export function color(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = CSS.supports('color', name) ? name : `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

export function colors<Name extends string>(names: readonly Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, color(name)])) as Record<Name, string>;
}

/** Series of charts: apart in hue and lightness, also for the colour-blind (after Okabe and Ito). */
export const seriesColors = [
  'light-dark(#0a66a2, #6bbaf2)',
  'light-dark(#b3530a, #f0a35e)',
  'light-dark(#1a713a, #6fcb8d)',
  'light-dark(#8b3a86, #e09bdb)',
  'light-dark(#6b5a00, #d8c552)',
  'light-dark(#46586a, #97abbc)'
] as const;

export function seriesColor(index: number): string {
  return seriesColors[index % seriesColors.length]!;
}

import type { GridMapsSpec, ReportData } from './data';

/** Colours from low to high: viridis (van der Walt and Smith), which the colour-blind see too. */
const upwards = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
/** Blue below, red above the middle (ColorBrewer's RdBu). */
const bothWays = ['#2166ac', '#4393c3', '#92c5de', '#d1e5f0', '#f7f7f7', '#fddbc7', '#f4a582', '#d6604d', '#b2182b'];

export type Rgb = [number, number, number];

function rgbOf(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour at a fraction of a list, straight between neighbours. */
function between(colors: readonly string[], fraction: number): Rgb {
  const at = Math.max(0, Math.min(1, fraction)) * (colors.length - 1);
  const index = Math.min(colors.length - 2, Math.floor(at));
  const [from, to] = [rgbOf(colors[index]!), rgbOf(colors[index + 1]!)];
  return from.map((value, channel) => Math.round(value + (to[channel]! - value) * (at - index))) as Rgb;
}

/** Which colour stands for which value. */
export interface Scale {
  low: number;
  high: number;
  colorOf: (value: number) => Rgb;
}

export function scaleOf(low: number, high: number, middle: number | null): Scale {
  if (middle === null) {
    const span = high > low ? high - low : 1;
    return { low, high, colorOf: (value) => between(upwards, (value - low) / span) };
  }
  const reach = Math.max(Math.abs(high - middle), Math.abs(low - middle), 1e-9);
  return { low: middle - reach, high: middle + reach, colorOf: (value) => between(bothWays, (value - middle + reach) / (2 * reach)) };
}

/** Values of a map by grid cell; NaN where there is none. */
export function gridOf(maps: GridMapsSpec, index: number, data: ReportData): Float64Array {
  const grid = new Float64Array(maps.num_rows * maps.num_columns).fill(NaN);
  const { low, step, codes } = maps.maps[index]!.values;
  const [places, numbers] = [data.numbers(maps.places), data.numbers(codes)];
  for (let cell = 0; cell < places.length; cell += 1) grid[places[cell]!] = low + step * numbers[cell]!;
  return grid;
}

/** Where the middle of a cell lies, in degrees. */
export function placeOf(maps: GridMapsSpec, row: number, column: number): { latitude: number; longitude: number } {
  const [west, east, south, north] = maps.extent_deg;
  return {
    latitude: north - ((row + 0.5) * (north - south)) / maps.num_rows,
    longitude: west + ((column + 0.5) * (east - west)) / maps.num_columns
  };
}

export function degrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(2)}° ${value >= 0 ? positive : negative}`;
}

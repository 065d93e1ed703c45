import type { ReportData, SceneSpec } from './data';

const noData = 255;
/** Probabilities are bytes of 0 to this. */
const one = 254;

export type Picture = 'scene' | 'probability' | 'error';

/** Cloud where there is none, and the other way round: orange and blue, which the colour-blind tell apart. */
export const errorColors = { false: [230, 120, 20], missed: [40, 110, 220] } as const;

export interface Agreement {
  right: number;
  falseCloud: number;
  missedCloud: number;
}

/** What of the pixels shown is right and wrong, as fractions; null without labels. */
export function agreementOf(scene: SceneSpec, data: ReportData): Agreement | null {
  const [label, probability] = [data.bytes(scene.label), data.bytes(scene.probability)];
  if (label.length === 0) return null;
  const counts = { right: 0, falseCloud: 0, missedCloud: 0 };
  for (let index = 0; index < label.length; index += 1) {
    const kind = kindOf(label[index]!, probability[index]!, scene.threshold);
    if (kind) counts[kind] += 1;
  }
  const total = counts.right + counts.falseCloud + counts.missedCloud;
  if (total === 0) return null;
  return { right: counts.right / total, falseCloud: counts.falseCloud / total, missedCloud: counts.missedCloud / total };
}

function kindOf(label: number, probability: number, threshold: number): keyof Agreement | null {
  if (label === noData || probability === noData) return null;
  const isCloud = probability / one > threshold;
  if (isCloud === (label === 1)) return 'right';
  return isCloud ? 'falseCloud' : 'missedCloud';
}

/** Whether there is something to draw. */
export function has(scene: SceneSpec, picture: Picture): boolean {
  if (picture === 'scene') return scene.rgb.count > 0;
  return picture === 'probability' || scene.label.count > 0;
}

/** Fills the pixels of a picture, [H, W, 4]. */
export function paint(scene: SceneSpec, picture: Picture, data: ReportData, pixels: Uint8ClampedArray): void {
  const [rgb, label, probability] = [data.bytes(scene.rgb), data.bytes(scene.label), data.bytes(scene.probability)];
  for (let index = 0; index < probability.length; index += 1) {
    const chance = probability[index]!;
    const at = 4 * index;
    pixels[at + 3] = 255;
    if (picture === 'scene') pixels.set(rgb.subarray(3 * index, 3 * index + 3), at);
    else if (chance === noData) pixels.set([20, 40, 90], at);
    else if (picture === 'probability') pixels.set([chance, chance, chance], at);
    else {
      const kind = kindOf(label[index]!, chance, scene.threshold);
      const grey = label[index] === 1 ? 215 : 60;
      pixels.set(kind === 'falseCloud' ? errorColors.false : kind === 'missedCloud' ? errorColors.missed : [grey, grey, grey], at);
    }
  }
}

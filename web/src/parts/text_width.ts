let context: CanvasRenderingContext2D | null = null;

/** How wide a text is in the page's font, in px. */
export function textWidth(text: string, isBold = false): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return 8 * text.length;
  const { fontSize, fontFamily } = getComputedStyle(document.body);
  context.font = `${isBold ? 600 : 400} ${fontSize} ${fontFamily}`;
  return context.measureText(text).width;
}

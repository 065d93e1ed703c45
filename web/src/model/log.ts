// Output of jobs as text for a page.

/** Colours and cursor moves of terminals (ECMA-48), which a page does not show. */
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** What a terminal would show: a carriage return starts the line again, so that of a progress bar the last state is left. */
export function plainText(text: string): string {
  return text
    .replace(escapes, '')
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line) => {
      const parts = line.split('\r');
      while (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
      return parts[parts.length - 1] ?? '';
    })
    .join('\n');
}

/** The last `limit` characters, from the beginning of a line on. */
export function keepEnd(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(text.length - limit);
  const newline = cut.indexOf('\n');
  return newline < 0 ? cut : cut.slice(newline + 1);
}

/** A piece that was cut out of UTF-8 text may begin within a character: how many bytes to leave out. */
export function partialBytes(bytes: Uint8Array): number {
  let index = 0;
  while (index < Math.min(3, bytes.length) && (bytes[index]! & 0xc0) === 0x80) index += 1;
  return index;
}

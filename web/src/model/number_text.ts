/** Whether a number lies exactly between two neighbours of so many decimals. */
function isTie(value: number, decimals: number): boolean {
  if (!Number.isInteger(value * 2 * 10 ** decimals)) return false;
  const digits = value.toFixed(100).split('.')[1] ?? '';
  return /^50*$/.test(digits.slice(decimals));
}

/** As C prints it: of two equally near ones the even. JavaScript takes the larger. */
function fixed(value: number, decimals: number): string {
  if (!isTie(value, decimals)) return value.toFixed(decimals);
  const below = Math.floor(Math.abs(value) * 10 ** decimals);
  const even = below % 2 === 0 ? below : below + 1;
  return (Math.sign(value) * (even / 10 ** decimals)).toFixed(decimals);
}

/** `%.4g`: no zeros at the end, an exponent of two digits at least. */
function general(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 1)).split('e') as [string, string];
  const power = Number(exponent);
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < digits) return trimmed(value.toFixed(Math.max(0, digits - 1 - power)));
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${trimmed(mantissa)}e${power < 0 ? '-' : '+'}${size}`;
}

/** A number for people, as the command line shows it: so many significant digits, no exponent between 0.0001 and 10^7. */
export function numberText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return Object.is(value, -0) ? '-0' : String(value);
  if (size < 1e-4 || size >= 1e7) return general(value, digits);
  const wholeDigits = Math.floor(Math.log10(size)) + 1;
  return fixed(value, Math.max(0, digits - wholeDigits));
}

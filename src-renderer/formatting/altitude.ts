/** Altitudes are decimals of any length: compared digit by digit, never as numbers. */

const pattern = /^\d+(\.\d+)?$/;

/** A sentence that says what is wrong; null for an altitude that can be used. */
export function altitudeProblem(text: string): string | null {
  if (text === '') return 'Write an altitude, for example 328010 or 328010.5.';
  if (!pattern.test(text)) return `"${text}" is no altitude: write digits with at most one point, for example 328010 or 328010.5.`;
  return null;
}

/** Negative where `a` is lower than `b`. Both must be altitudes. */
export function compareAltitudes(a: string, b: string): number {
  const [aWhole, aFraction] = digits(a);
  const [bWhole, bFraction] = digits(b);
  if (aWhole.length !== bWhole.length) return aWhole.length - bWhole.length;
  const left = aWhole + aFraction;
  const right = bWhole + bFraction;
  return left === right ? 0 : left < right ? -1 : 1;
}

// Leading zeros of the whole part and trailing ones of the fraction do not count.
function digits(text: string): [string, string] {
  const [whole = '', fraction = ''] = text.split('.');
  return [whole.replace(/^0+/, ''), fraction.replace(/0+$/, '')];
}

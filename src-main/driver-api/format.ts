/**
 * DbgPrint's format strings, as far as drivers use them.
 *
 * Source: driver-api-usage.md 5.8. `%wZ %ws %S %s %Z %c %C %p %P %d %i %u %x %X %o %I64d %I64u %I64x %Iu %Ix %ld %lu %lx %hx %hd
 * %lld %llu %llx %zu %%`, with flags, width and precision. `%p` prints stable ids. What is unknown is printed raw.
 */

const pattern = /%([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*))?(I64|I32|I|ll|l|hh|h|w|z)?([a-zA-Z%])/g;

/** A stable name for anything a driver may print with %p. */
export function pointerText(value: unknown): string {
  if (value === null || value === undefined) return '0000000000000000';
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt.asUintN(64, BigInt(value)).toString(16).toUpperCase().padStart(16, '0');
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'string') return value.id;
  if (typeof value === 'function') return value.name === '' ? 'function' : value.name;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' ? 'object' : String(value as boolean);
}

/** Text of a string argument: a plain string, a UNICODE_STRING or a box of one. */
function stringText(value: unknown): string {
  if (value === null || value === undefined) return '(null)';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'Buffer' in value) return String(value.Buffer);
  if (typeof value === 'object' && 'value' in value) return stringText(value.value);
  return pointerText(value);
}

function integerOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  if (typeof value === 'object' && value !== null && 'QuadPart' in value) return integerOf(value.QuadPart);
  return 0n;
}

const widthOf = (size: string | undefined): 8 | 16 | 32 | 64 => {
  switch (size) {
    case 'hh': return 8;
    case 'h': return 16;
    case 'I64': case 'I': case 'll': case 'z': return 64;
    default: return 32;
  }
};

function integerText(value: unknown, conversion: string, size: string | undefined, flags: string): string {
  const bits = widthOf(size);
  const raw = integerOf(value);
  if (conversion === 'd' || conversion === 'i') {
    const signed = BigInt.asIntN(bits, raw);
    return signed >= 0n && flags.includes('+') ? `+${signed}` : signed.toString();
  }
  const unsigned = BigInt.asUintN(bits, raw);
  if (conversion === 'u') return unsigned.toString();
  if (conversion === 'o') return unsigned.toString(8);
  const prefix = flags.includes('#') && unsigned !== 0n ? `0${conversion}` : '';
  const digits = unsigned.toString(16);
  return prefix + (conversion === 'X' ? digits.toUpperCase() : digits);
}

function pad(text: string, flags: string, width: number, numeric: boolean): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (numeric && flags.includes('0')) {
    const sign = /^[+-]|^0[xX]/.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }
  return text.padStart(width);
}

/** The text DbgPrint writes. Missing arguments print as NULL or 0, as on Windows with luck; surplus ones are ignored. */
export function formatDbgPrint(format: string, args: readonly unknown[]): string {
  let next = 0;
  const take = (): unknown => args[next++];
  return format.replace(pattern, (whole, flags: string, width: string | undefined, precision: string | undefined, size: string | undefined, conversion: string) => {
    if (conversion === '%') return '%';
    const columns = width === '*' ? Number(integerOf(take())) : Number(width ?? 0);
    const digits = precision === '*' ? Number(integerOf(take())) : precision === undefined ? undefined : Number(precision);
    switch (conversion) {
      case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': {
        const text = integerText(take(), conversion, size, flags);
        return pad(digits === undefined ? text : pad(text, '0', digits, true), flags, columns, digits === undefined);
      }
      case 'p': case 'P': return pad(pointerText(take()), flags, columns, false);
      case 's': case 'S': case 'Z': {
        const text = stringText(take());
        return pad(digits === undefined ? text : text.slice(0, digits), flags, columns, false);
      }
      case 'c': case 'C': {
        const value = take();
        return pad(typeof value === 'string' ? value.slice(0, 1) : String.fromCharCode(Number(integerOf(value))), flags, columns, false);
      }
      default: return whole;
    }
  });
}

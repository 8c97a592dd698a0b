/** XML's marks as bytes, and how to find them. */
export const lessThan = 0x3c;
export const greaterThan = 0x3e;
export const slash = 0x2f;
export const equals = 0x3d;
export const quote = 0x22;
export const apostrophe = 0x27;
export const ampersand = 0x26;
export const exclamation = 0x21;

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
export const cdataStart = ascii('<![CDATA[');
export const cdataEnd = ascii(']]>');
export const commentStart = ascii('<!--');
export const commentEnd = ascii('-->');
export const instructionEnd = ascii('?>');

/** Anything that ends no name: XML allows most characters, and trace tools have written more. */
export function isNameByte(byte: number): boolean {
  return byte > 0x20 && byte !== greaterThan && byte !== slash && byte !== equals && byte !== lessThan && byte !== quote && byte !== ampersand;
}

export function startsWith(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

export function sameAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

export function find(bytes: Uint8Array, from: number, mark: Uint8Array): number {
  const first = mark[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) if (startsWith(bytes, at, mark)) return at;
  return -1;
}

export const behind = (at: number, length: number): number => (at < 0 ? -1 : at + length);

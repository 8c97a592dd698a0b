/** XML's character references. Entities of a document's own are never expanded: what is not known stays as it is written. */

const named: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** The longest reference that means anything: `&#x0010ffff;`. */
const maximumReference = 14;

export function decodeEntities(text: string): string {
  let at = text.indexOf('&');
  if (at < 0) return text;
  let out = '';
  let from = 0;
  while (at >= 0) {
    const end = text.indexOf(';', at);
    if (end < 0) break;
    const value = end - at > maximumReference ? undefined : referenceValue(text.slice(at + 1, end));
    if (value !== undefined) {
      out += text.slice(from, at) + value;
      from = end + 1;
    }
    at = text.indexOf('&', value === undefined ? at + 1 : from);
  }
  return out + text.slice(from);
}

function referenceValue(name: string): string | undefined {
  if (name.charCodeAt(0) !== 0x23) return Object.hasOwn(named, name) ? named[name] : undefined;
  const hex = /^#[xX]([0-9a-fA-F]{1,8})$/.exec(name);
  const code = hex ? Number.parseInt(hex[1] ?? '', 16) : /^#\d{1,9}$/.test(name) ? Number(name.slice(1)) : -1;
  // Control characters and lone surrogates are no XML, but file names hold them.
  return code < 0 || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}

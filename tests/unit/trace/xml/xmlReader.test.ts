import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../src-main/trace/byteSource.ts';
import type { ByteSource } from '../../../../src-main/trace/byteSource.ts';
import { XmlReader } from '../../../../src-main/trace/xml/xmlReader.ts';
import type { XmlOptions } from '../../../../src-main/trace/xml/xmlReader.ts';
import { chunkedSource } from '../../../support/trace/collectTrace.ts';

const options: XmlOptions = { records: ['event'] };

/** One line a token: `<a x=1`, `a=text`, `/a`, `'text`, `! line: reason (lost)`. */
function tokens(source: ByteSource | string, given: XmlOptions = options): string[] {
  const reader = new XmlReader(typeof source === 'string' ? bytesSource(Buffer.from(source)) : source, given);
  const attributes = (): string => Array.from({ length: reader.attributeCount }, (_, i) => ` ${reader.attributeName(i)}=${reader.attributeValue(i)}`).join('');
  const found: string[] = [];
  for (;;) {
    const token = reader.next();
    if (token === 'end') return found;
    if (token === 'open') found.push(`<${reader.name}${attributes()}`);
    else if (token === 'leaf') found.push(`${reader.name}${attributes()}=${reader.text()}`);
    else if (token === 'close') found.push(`/${reader.name}`);
    else if (token === 'text') found.push(`'${reader.text()}`);
    else found.push(`! ${reader.line}: ${reader.reason}${reader.lost ? ' (lost)' : ''}`);
  }
}

const sample = `<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- made by hand --><!DOCTYPE log [ <!ENTITY a "b"> ]>
<log><list><event>
  <PID>4</PID><Path>C:\\a &amp; b\\&#x20AC;&#10;&unknown; &;</Path><Data Name="Irp" x='"1"'/><Empty></Empty>
  <Text>a<![CDATA[<&amp;>]]>b<!-- no -->c</Text>
</event>
<event id = "2" ><Inner><A>grüße 😀</A></Inner></event></list></log>`;
const sampleTokens = [
  '<log', '<list', '<event', 'PID=4', 'Path=C:\\a & b\\€\n&unknown; &;', 'Data Name=Irp x="1"=', 'Empty=', 'Text=a<&amp;>bc', '/event', '<event id=2', '<Inner', 'A=grüße 😀', '/Inner',
  '/event', '/list', '/log',
];

describe('the XML reader', () => {
  it('gives elements, attributes and text as they are', () => {
    expect(tokens(sample)).toEqual(sampleTokens);
  });

  it.each([1, 2, 7, 64])('reads the same in pieces of %i bytes', (chunk) => {
    expect(tokens(chunkedSource(Buffer.from(sample), chunk), { ...options, chunk })).toEqual(sampleTokens);
  });

  const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${sample}`)],
    ['UTF-16LE', Buffer.from(`\ufeff${sample}`, 'utf16le')],
    ['UTF-16BE', utf16be(`\ufeff${sample}`)],
    ['UTF-16LE without a mark', Buffer.from(sample, 'utf16le')],
    ['UTF-16BE without a mark', utf16be(sample)],
  ])('reads %s', (_, bytes) => {
    expect(tokens(bytesSource(bytes))).toEqual(sampleTokens);
    expect(tokens(bytesSource(bytes), { ...options, chunk: 5 })).toEqual(sampleTokens);
  });

  it('reads Windows-1252 where the document says so', () => {
    const text = '<?xml version="1.0" encoding="windows-1252"?><log><a>\u0080 f\u00fcr \u0093x\u0094</a></log>';
    expect(tokens(bytesSource(Buffer.from(text, 'latin1')))).toEqual(['<log', 'a=€ für “x”', '/log']);
  });

  it('keeps control characters and lone surrogates of file names', () => {
    const name = 'C:\\a\u0001\ud800b\ufffe';
    expect(tokens(bytesSource(Buffer.from(`\ufeff<log><a>${name}</a></log>`, 'utf16le')))).toEqual(['<log', `a=${name}`, '/log']);
    expect(tokens(bytesSource(Buffer.from('<log><a>x\u0000\u0001&#xD800;</a></log>')))).toEqual(['<log', 'a=x\u0000\u0001\ud800', '/log']);
  });

  it('shows text that stands between elements', () => {
    expect(tokens('<log> junk <event><a/>more</event></log>')).toEqual(['<log', "'junk ", '<event', 'a=', "'more", '/event', '/log']);
  });

  it('tells attributes by name', () => {
    const reader = new XmlReader(bytesSource(Buffer.from('<a Name="x" name="y" N="z"></a>')), options);
    expect(reader.next()).toBe('leaf');
    expect(['Name', 'name', 'N', 'Na'].map((name) => reader.attribute(name))).toEqual(['x', 'y', 'z', null]);
  });

  it('passes over an element', () => {
    const reader = new XmlReader(bytesSource(Buffer.from('<log><skipped><a><b/></a>text<c>1</c></skipped><d>2</d></log>')), options);
    reader.next();
    reader.next();
    expect(reader.skip()).toBe(true);
    expect([reader.next(), reader.name, reader.text()]).toEqual(['leaf', 'd', '2']);
  });
});

describe('damaged XML', () => {
  const around = (middle: string): string => `<log>\n<event><n>1</n></event>\n${middle}\n<event><n>3</n></event>\n</log>`;
  const first = ['<log', '<event', 'n=1', '/event'];
  const last = ['<event', 'n=3', '/event', '/log'];

  it.each([
    ['a stray “<” in a text', '<event><n>a<b</n></event>', ['<event', '<n', "'a"], 'a start tag is malformed'],
    ['an end tag that is missing', '<event><n>2</event>', ['<event', '<n', "'2"], 'end tag “event” has no start tag'],
    ['an end tag that is garbled', '<event><n>2</m></event>', ['<event', '<n', "'2"], 'end tag “m” has no start tag'],
    ['an attribute without its quote', '<event><n a="2>x</n></event>', ['<event'], 'a start tag is malformed'],
    ['a damaged start of the record', '<event <n>2</n></event>', [], 'a start tag is malformed'],
    ['no start of the record', '<n>2</n></event>', ['n=2'], 'end tag “event” has no start tag'],
  ])('reports %s by its line and goes on with the next record', (_, middle, before, reason) => {
    expect(tokens(around(middle))).toEqual([...first, ...before, `! 3: ${reason} (lost)`, ...last]);
    expect(tokens(around(middle), { ...options, chunk: 3 })).toEqual([...first, ...before, `! 3: ${reason} (lost)`, ...last]);
  });

  it('finds a record that has no end by the next one', () => {
    expect(tokens(around('<event><n>2</n>'))).toEqual([...first, '<event', 'n=2', '! 4: an element “event” has no end (lost)', ...last]);
  });

  it('says that the file ends inside a record', () => {
    expect(tokens('<log><event><n>1</n></event><event><n>2')).toEqual(['<log', '<event', 'n=1', '/event', '<event', '<n', "'2", '! 1: the file ends inside an element “event” (lost)']);
    expect(tokens('<log><event><n>1</n></event><eve')).toEqual(['<log', '<event', 'n=1', '/event', '! 1: the file ends inside a tag (lost)']);
  });

  it('gives up elements that are too long or too deep, in bounded memory', () => {
    const long = `<event><n>${'x'.repeat(5000)}</n></event>`;
    expect(tokens(around(long), { ...options, maximumLength: 1000, chunk: 100 })).toEqual([...first, '<event', '! 3: an element is too long (lost)', ...last]);
    const deep = `<event>${'<a>x'.repeat(2000)}</event>`;
    expect(tokens(around(deep)).slice(-5)).toEqual(['! 3: elements are nested too deeply (lost)', ...last]);
  });

  it('ends, whatever the bytes', () => {
    const piece = fc.constantFrom('<', '>', '</', '/>', '<event>', '</event>', '<event ', '<a', ' b="', '"', '&', '&amp;', '<![CDATA[', ']]>', '<!--', '-->', '<?', '?>', '<!DOCTYPE [', 'x', '\0', '\n', 'ü', '<a>1</a>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (pieces, chunk) => {
        const bytes = Buffer.from(pieces.join(''));
        expect(tokens(bytesSource(bytes), { ...options, chunk })).toEqual(tokens(bytesSource(bytes)));
      }),
      { numRuns: 300 },
    );
  });
});

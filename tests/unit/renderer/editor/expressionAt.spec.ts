import { expect, it } from 'vitest';
import { expressionAt } from '../../../../src-renderer/editor/expressionAt.ts';

/** `|` marks the pointer. */
const at = (marked: string): string | null => expressionAt(marked.replace('|', ''), marked.indexOf('|') + 1)?.text ?? null;

it('takes the names up to the one under the pointer', () => {
  expect(at('  const n = Data.Io|pb.Parameters.Read.Length;')).toBe('Data.Iopb');
  expect(at('  const n = Data.Iopb.Parameters.Read.Le|ngth;')).toBe('Data.Iopb.Parameters.Read.Length');
  expect(at('  if (tot|al > 1)')).toBe('total');
  expect(at('  rows[2].na|me')).toBe('rows[2].name');
});

it('leaves words of the language, texts, comments and results of calls alone', () => {
  for (const text of ['  ret|urn x;', '  f("some te|xt")', '  // com|ment', '  get(x).le|ngth', '   | ', '/* a c|omment']) expect(at(text), text).toBeNull();
});

/** Where vectors begin and end in a page. */
import { describe, expect, it } from 'vitest';
import { runConformance } from '../../../src-main/conformance/index.ts';
import { findVectors } from '../../../src-main/conformance/markdown.ts';

const vector = (id: string): string => `@${id} slug\nsrc INFERRED\n1 sys.end() -> void\nend`;

describe('FMO/1 blocks', () => {
  it('are found inside fences and outside, with their heading and line', () => {
    const found = findVectors(`# One\n\n\`\`\`text\n${vector('T-1')}\n\n${vector('T-2')}\n\`\`\`\n\n## Two\n${vector('T-3')}\n`);
    expect(found.map(({ id, title, heading, line }) => [id, title, heading, line])).toEqual([['T-1', 'slug', 'One', 4], ['T-2', 'slug', 'One', 9], ['T-3', 'slug', 'Two', 16]]);
  });

  it('may hold comments that look like headings', () => {
    const [first] = findVectors('@T-1 slug\nsrc INFERRED\n# no heading\n1 sys.end() -> void\nend\n');
    expect(first?.text.split('\n')).toHaveLength(5);
  });

  it('without an end fail by themselves and do not swallow the next', () => {
    const report = runConformance(`# One\n@T-1 slug\nsrc INFERRED\n1 sys.end() -> void\n\n${vector('T-2')}\n`);
    expect(report).toMatchObject({ passed: 1, failed: 1 });
    expect(report.results[0]?.problem).toContain('expected “end”');
  });
});

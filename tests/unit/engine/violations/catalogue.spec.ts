/** The FV rows of the catalogue against the specification page, where it is there. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { highestIrql } from '../../../../src-main/engine/fltmgr/routineIrql.ts';
import { ruleById } from '../../../../src-main/engine/rules.ts';
import { violationKinds } from '../../../../src-main/engine/violations/index.ts';

const page = resolve(import.meta.dirname, '../../../../../shared/reference/filter-manager-core.md');
const text = existsSync(page) ? readFileSync(page, 'utf8') : null;
const reason = text === null ? ' (skipped: ../shared/reference is not here)' : '';

interface Row {
  readonly id: string;
  readonly severity: string;
  /** `0x66`; for severity B. */
  readonly parameter: number;
  /** Number of the verifier's message. */
  readonly message: string | undefined;
  readonly rules: readonly string[];
  readonly sentence: string;
}

/** A bug check or a page of the documentation instead of a rule: section 8 itself. */
const ruleOf = (cell: string): string => (/^(R-)?\d/.test(cell) ? cell : '8');

function rowsOf(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| (FV-\d{3}) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(([, id = '', severity = '', , rules = '', sentence = '']) => ({
    id, severity: severity.charAt(0), parameter: Number(/0xF5\/(0x\w+)/.exec(severity)?.[1] ?? 0), message: /msg (\w)/.exec(severity)?.[1], rules: rules.split(', ').map(ruleOf), sentence,
  }));
}

const rows = text === null ? [] : rowsOf(text);

describe.skipIf(text === null)(`the FV violations as section 8 lists them${reason}`, () => {
  it('are all there and no others', () => expect([...violationKinds.keys()].filter((id) => id.startsWith('FV-'))).toEqual(rows.map(({ id }) => id)));

  it.each(rows)('$id: severity, rule, sentence', ({ id, severity, parameter, message, rules, sentence }) => {
    const kind = violationKinds.get(id);
    expect({ severity: kind?.severity, parameter: kind?.bugCheckParameter, rules: kind?.rules, sentence: kind?.template }).toEqual({ severity, parameter, rules, sentence });
    if (message !== undefined) expect(kind?.source).toContain(`fltmgr diagnostic messages [${message}]`);
  });

  /** Names of a cell of the table; what is said in prose (families, conditions) is left out. */
  const routinesOf = (cell: string): string[] => cell.split(/[,;(]/).map((part) => part.trim()).filter((part) => /^Flt[A-Z]\w+$/.test(part));

  /** Routines whose limit depends on an argument or that have other checks first: tests of their own. */
  const own = new Set(['FltRequestOperationStatusCallback', 'FltCancelFileOpen', 'FltCbdqInitialize']);

  it.each([['D', 2], ['A', 1], ['P', 0]] as const)('section 7: the routines up to %s', (letter, irql) => {
    const cell = new RegExp(`^\\| ${letter} \\| (Flt.*) \\|$`, 'm').exec(text ?? '')?.[1] ?? '';
    const found = routinesOf(cell).filter((name) => !own.has(name));
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter((name) => highestIrql(name) !== irql)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('names rules that exist', () => {
    const missing = [...violationKinds.values()].flatMap(({ id, rules }) => rules.filter((rule) => !/^[\d.]+$/.test(rule) && ruleById(rule) === undefined).map((rule) => `${id} ${rule}`));
    expect(missing).toEqual([]);
  });
});

/**
 * Every reference is balanced, whatever a filter does with stream contexts.
 *
 * The counts are kept here by the table of CTX-030 (filter-manager-objects.md 4.5) and compared with the engine's after each step.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FILE_OBJECT, Ref } from '../../../src-main/engine/index.ts';
import { FLT_STREAM_CONTEXT, STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_NOT_FOUND, STATUS_SUCCESS } from '../../../src-main/nt/values.generated.ts';
import { contextRig, KEEP, REPLACE } from '../../support/engine/contextRig.ts';

type Step =
  | { readonly kind: 'allocate' }
  | { readonly kind: 'set'; readonly context: number; readonly file: number; readonly replace: boolean; readonly old: boolean }
  | { readonly kind: 'get' | 'delete'; readonly file: number; readonly old: boolean }
  | { readonly kind: 'reference' | 'release' | 'unlink'; readonly context: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('allocate' as const) }),
  fc.record({ kind: fc.constant('set' as const), context: fc.nat(5), file: fc.nat(1), replace: fc.boolean(), old: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), file: fc.nat(1), old: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('reference' as const, 'release' as const, 'unlink' as const), context: fc.nat(5) }),
);

/** A context as the table sees it: the filter's references, and the file it is linked to. */
interface Modelled {
  readonly object: object;
  own: number;
  linked: number | null;
  everLinked: boolean;
}

describe('contexts', () => {
  it('have exactly the references the table gives them, and are cleaned up exactly when none is left', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]] } });
      const files: FILE_OBJECT[] = [rig.open('\\f'), rig.open('\\g')];
      const made: Modelled[] = [];
      let cleaned = 0;
      const instance = rig.instance('A').handle;
      const at = (index: number): Modelled | undefined => made.filter(({ own }) => own > 0)[index % Math.max(1, made.filter(({ own }) => own > 0).length)];
      const on = (file: number): Modelled | undefined => made.find(({ linked }) => linked === file);
      const dropped = (one: Modelled): void => void (cleaned += one.own === 0 && one.linked === null ? 1 : 0);

      for (const one of steps) {
        if (one.kind === 'allocate') made.push({ object: rig.allocate('A', FLT_STREAM_CONTEXT), own: 1, linked: null, everLinked: false });
        else if (one.kind === 'set') {
          const context = at(one.context);
          if (context === undefined) continue;
          const present = on(one.file);
          const old: Ref<object | null> = { value: null };
          const status = rig.as('A', () => rig.call('FltSetStreamContext', instance, files[one.file], one.replace ? REPLACE : KEEP, context.object, one.old ? old : null));
          if (context.everLinked) expect(status).toBe(STATUS_FLT_CONTEXT_ALREADY_LINKED);
          else if (present !== undefined && !one.replace) {
            expect(status).toBe(STATUS_FLT_CONTEXT_ALREADY_DEFINED);
            if (one.old) present.own++;
          } else {
            expect(status).toBe(STATUS_SUCCESS);
            context.linked = one.file;
            context.everLinked = true;
            if (present !== undefined) {
              present.linked = null;
              if (one.old) present.own++;
              else dropped(present);
            }
          }
        } else if (one.kind === 'get') {
          const present = on(one.file);
          const found = rig.get('A', 'FltGetStreamContext', instance, files[one.file]);
          expect(found).toBe(present?.object ?? null);
          if (present !== undefined) present.own++;
          else expect(rig.lastStatus).toBe(STATUS_NOT_FOUND);
        } else if (one.kind === 'delete') {
          const present = on(one.file);
          const old: Ref<object | null> = { value: null };
          const status = rig.as('A', () => rig.call('FltDeleteStreamContext', instance, files[one.file], one.old ? old : null));
          expect(status).toBe(present === undefined ? STATUS_NOT_FOUND : STATUS_SUCCESS);
          if (present === undefined) continue;
          present.linked = null;
          if (one.old) present.own++;
          else dropped(present);
        } else if ('context' in one) {
          const context = at(one.context);
          if (context === undefined) continue;
          if (one.kind === 'reference') {
            rig.as('A', () => rig.call('FltReferenceContext', context.object));
            context.own++;
          } else if (one.kind === 'release') {
            rig.as('A', () => rig.call('FltReleaseContext', context.object));
            context.own--;
            dropped(context);
          } else {
            rig.as('A', () => rig.call('FltDeleteContext', context.object));
            context.linked = null;
          }
        }
        for (const context of made) {
          const expected = context.own + (context.linked === null ? 0 : 1);
          if (expected > 0) expect(rig.count('A', context.object)).toBe(expected);
        }
        expect(rig.cleaned).toHaveLength(cleaned);
      }
      for (const file of files) rig.close(file);
      for (const context of made) {
        if (context.linked === null) continue;
        context.linked = null;
        dropped(context);
      }
      expect(rig.cleaned).toHaveLength(cleaned);
      expect(rig.violationIds()).toEqual([]);
    }), { numRuns: 300 });
  });
});

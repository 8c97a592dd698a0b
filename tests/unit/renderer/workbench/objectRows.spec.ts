import { describe, expect, it } from 'vitest';
import type { EngineObjects } from '../../../../src-preload/contract/index.ts';
import { contextSections, filterSections, otherSections, pendingSections } from '../../../../src-renderer/workbench/objects/objectRows.ts';

const none = { count: 0, rows: [] };
const objects: EngineObjects = {
  time: '133000000000020000', filters: none, inFlight: none, queues: none, workItems: none, timers: none, locks: none, generated: none, ports: none, holdings: none, fileObjects: none, streams: none,
  contexts: {
    count: 1, rows: [{
      label: 'FLT_STREAM_CONTEXT#1', type: 'FLT_STREAM_CONTEXT', driver: 'ctx', instance: 'ctx', state: 'live', size: 16, pool: 'paged', count: 2, setOn: 'the stream \\a.txt', fields: [{ name: 'Opens', value: '1' }],
      held: [{ routine: 'FltGetStreamContext', place: { driver: 'ctx', line: 13 }, operation: 2, point: { issued: 2, sequence: 4 } }],
      history: [{ what: 'allocated', by: 'FltAllocateContext', count: 1, place: { driver: 'ctx', line: 5 }, operation: 1, point: null }],
      changes: [{ field: 'Opens', from: null, to: '1', since: { what: 'allocated', by: 'FltAllocateContext', count: 1, place: { driver: 'ctx', line: 5 }, operation: 1, point: { issued: 1, sequence: 3 } }, until: null }],
    }],
  },
  pended: { count: 1, rows: [{ operation: 7, name: 'ReadFile', path: 'C:\\a.txt', by: 'cancelSafe', altitude: '141000', where: 'cancel-safe queue', completes: 'cancelSafe', place: null, since: '133000000000000000', point: null, thread: 'notes.exe:7', cancelled: false, cancelRoutine: false }] },
  threads: { count: 1, rows: [{ name: 'Worker', tid: 12, kind: 'worker', state: 'waiting', routines: [{ driver: 'cancelSafe', routine: 'Work', operation: null, irql: 'PASSIVE_LEVEL' }], waits: { what: 'KEVENT 1', holders: ['notes.exe:7'], place: null, until: null }, locks: [], regions: [] }] },
};

describe('objects as rows', () => {
  it('groups contexts by type, with what they hold below', () => {
    const [section] = contextSections(objects);
    expect(section).toMatchObject({ id: 'FLT_STREAM_CONTEXT', count: 1, rows: [{ tag: '2', facts: ['on the stream \\a.txt', 'ctx', '16 bytes, paged'] }] });
    expect(section?.rows[0]?.children?.map(({ title, tag }) => [tag, title])).toEqual([[undefined, 'Opens'], ['held', 'FltGetStreamContext'], ['allocated', 'FltAllocateContext']]);
    // Who set a field: between which steps, and the way to the first of them.
    expect(section?.rows[0]?.children?.[0]?.children).toMatchObject([{ tag: 'set', title: '1', facts: ['by ctx, after FltAllocateContext in line 5, before this moment'], point: { issued: 1, sequence: 3 } }]);
    const unnoted = { ...objects, contexts: { count: 1, rows: objects.contexts.rows.map((row) => ({ ...row, changes: null })) } };
    expect(contextSections(unnoted)[0]?.rows[0]?.children?.map(({ title }) => title)).toContain('Who set the fields was not noted');
  });

  it('says how long an operation has waited, in virtual time, and lists empty parts only where they are asked for', () => {
    const [pended, ...rest] = pendingSections(objects);
    // 20 000 ticks of 100 ns.
    expect(pended?.rows[0]).toMatchObject({ tag: 'cancel-safe queue', operations: [7], facts: expect.arrayContaining(['cancelSafe 141000', 'for 2 ms']) });
    expect(rest).toEqual([]);
    expect(otherSections(objects).find(({ id }) => id === 'locks')).toMatchObject({ count: 0, empty: 'No lock is held.' });
    expect(otherSections(objects)[0]?.rows[0]?.facts).toContain('waits for KEVENT 1, held by notes.exe:7');
  });

  it('filters by any text, also of what belongs to a row', () => {
    const rows = (text: string) => filterSections(contextSections(objects), text).flatMap((section) => section.rows);
    expect(rows('getstream')).toHaveLength(1);
    expect(rows('volume')).toHaveLength(0);
    expect(filterSections(pendingSections(objects), '#7')[0]?.rows).toHaveLength(1);
  });
});

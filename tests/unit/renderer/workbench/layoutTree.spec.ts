import { expect, test } from 'vitest';
import { paneIds, presetNames, type PaneId } from '../../../../src-renderer/stores/layout.ts';
import { knownLayout, serializedLayout, type PaneRecord } from '../../../../src-renderer/workbench/docking/layoutTree.ts';
import { placeOf, presets, type PaneGroup, type PaneSplit } from '../../../../src-renderer/workbench/docking/presets.ts';

const record = (id: PaneId): PaneRecord => ({ id, title: id });
const isKnown = (id: string): boolean => paneIds.some((known) => known === id);
const groupsOf = (part: PaneGroup | PaneSplit): readonly PaneGroup[] => ('panes' in part ? [part] : part.parts.flatMap(groupsOf));

test('each preset has what its job needs, each pane once, and no more tabs in a group than can be read', () => {
  const needs = { Browse: ['operations', 'timeline', 'inspector'], Debug: ['operations', 'source', 'log', 'inspector'], Compare: ['compare', 'operations', 'source', 'inspector'] } as const;
  for (const name of presetNames) {
    const groups = groupsOf(presets[name]);
    const all = groups.flatMap(({ panes }) => panes);
    expect(new Set(all).size).toBe(all.length);
    for (const { panes } of groups) expect(panes.length).toBeLessThanOrEqual(7);
    // In sight without a click, each in a group of its own.
    expect(groups.map(({ panes, front }) => front ?? panes[0])).toEqual(expect.arrayContaining([...needs[name]]));
  }
});

test('a pane that is not open comes up beside others of its kind, and never over the list or out of the window', () => {
  for (const name of presetNames) {
    const groups = groupsOf(presets[name]);
    const open = groups.flatMap(({ panes }) => panes);
    for (const id of paneIds.filter((pane) => !open.includes(pane) && pane !== 'settings')) {
      const beside = placeOf(id).beside.find((other) => open.includes(other));
      const group = groups.find(({ panes }) => beside !== undefined && panes.includes(beside));
      expect(group, `${id} in ${name}`).toBeDefined();
      expect(group?.panes.includes('session'), `${id} in ${name}`).toBe(false);
      if (name !== 'Compare') expect(group?.panes[0], `${id} in ${name}`).not.toBe('operations');
    }
  }
  expect(placeOf('variables')).toMatchObject({ beside: ['inspector', 'contexts', 'pending'], side: 'right' });
  expect(placeOf('session')).toEqual({ beside: [], side: 'left' });
});

test('parts share the room by their shares, each level across the one above', () => {
  const layout = serializedLayout({ share: 1, parts: [{ panes: ['session'], share: 1 }, { share: 3, parts: [{ panes: ['operations'], share: 4 }, { panes: ['log', 'console'], front: 'console', share: 1 }] }] }, record);
  expect(layout.grid.width).toBe(layout.grid.height);
  const whole = layout.grid.width;
  expect(layout.grid.root).toMatchObject({ type: 'branch', data: [
    { type: 'leaf', size: whole / 4, data: { views: ['session'], activeView: 'session' } },
    { type: 'branch', size: (whole * 3) / 4, data: [
      { type: 'leaf', size: (whole * 4) / 5, data: { views: ['operations'] } },
      { type: 'leaf', size: whole / 5, data: { views: ['log', 'console'], activeView: 'console' } },
    ] },
  ] });
  expect(Object.keys(layout.panels).sort()).toEqual(['console', 'log', 'operations', 'session']);
});

test('a layout of another version loses the panes that are no more, and only those', () => {
  const kept = JSON.parse(JSON.stringify(serializedLayout({ share: 1, parts: [{ panes: ['session'], share: 1 }, { panes: ['log', 'console'], share: 1 }] }, record)).replaceAll('session', 'gone').replaceAll('"log"', '"gone2"')) as unknown;
  const known = knownLayout(kept, isKnown);
  expect(Object.keys(known?.panels ?? {})).toEqual(['console']);
  expect(known?.grid.root.data).toMatchObject([{ type: 'leaf', data: { views: ['console'], activeView: 'console' } }]);
  for (const broken of [null, {}, { grid: {} }, { grid: { root: { type: 'leaf', data: { views: ['gone'] } } }, panels: { gone: {} } }]) expect(knownLayout(broken, isKnown)).toBeNull();
});

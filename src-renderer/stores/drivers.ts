import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { BundledDriverInfo, DriverInfo, DriverProblem, ExecutionPoint, RequestParams } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { driverPlaceText, filePlace } from '../../src-main/base/driverLines.ts';
import { compareAltitudes } from '../formatting/altitude.ts';
import { formatPoint } from '../formatting/executionPoint.ts';
import { editedTexts, filesOf, hasService, knownFiles, serviceName, withFileRenamed, type Drafts, type FileSlot, type SourceFile } from './driverFiles.ts';
import { useNotices } from './notices.ts';
import { useSession } from './session.ts';

const saveDelayMilliseconds = 600;
const noDrafts: Drafts = new Map();
const draftKey = (driver: DriverInfo): string => `fltreplay.draft:${useSession().session?.path ?? ''}:${driver.name}`;

/** `line` in the file. */
export type PlacedProblem = DriverProblem & { readonly slot: FileSlot };

/** The driver stack: sources, altitudes, switches, and what loading them would refuse. */
export const useDrivers = defineStore('drivers', () => {
  const list = shallowRef<readonly DriverInfo[]>([]);
  /** Path of the session that the list is of; null until it has come for the first time. */
  const loadedFor = shallowRef<string | null>(null);
  /** Edited files that the host does not have yet, by driver id. */
  const drafts = shallowRef<ReadonlyMap<number, Drafts>>(new Map());
  const problems = shallowRef<ReadonlyMap<number, readonly DriverProblem[]>>(new Map());
  const timers = new Map<number, { timer: ReturnType<typeof setTimeout>; end: () => void }>();

  /** From the top of the stack down. */
  const stack = computed(() => [...list.value].sort((a, b) => compareAltitudes(b.altitude, a.altitude)));

  function listen(): void {
    host().listen('drivers.changed', (drivers) => {
      list.value = drivers;
    });
    host().listen('drivers.problems', (value) => setProblems(value.driverId, value.problems));
    window.addEventListener('beforeunload', (event) => {
      if (drafts.value.size === 0) return;
      void saveAll();
      event.preventDefault();
    });
  }

  async function load(): Promise<void> {
    list.value = await host().request('drivers.list', {});
    loadedFor.value = useSession().session?.path ?? null;
    for (const driver of list.value) {
      recoverDraft(driver);
      void check(driver.id);
    }
  }

  function byId(id: number | null): DriverInfo | undefined {
    return list.value.find((driver) => driver.id === id);
  }

  function byName(name: string | null): DriverInfo | undefined {
    return list.value.find((driver) => driver.name === name);
  }

  /** The files of a driver as edited, saved or not. */
  function files(id: number | null): readonly SourceFile[] {
    const driver = byId(id);
    return driver === undefined ? [] : filesOf(driver, drafts.value.get(driver.id));
  }

  const file = (id: number | null, slot: FileSlot): SourceFile | undefined => files(id).find((one) => one.slot === slot);
  /** A file's text as edited, saved or not. */
  const text = (id: number, slot: FileSlot): string => file(id, slot)?.text ?? '';

  /** `names.ts:12` of a line of a driver that a run, a breakpoint or a report names; of a service script its own name is given. */
  const placeText = (name: string, line: number | null, column: number | null = null): string => driverPlaceText(name, knownFiles(byName(name)), line, column);

  /** An execution point at which this driver runs. */
  const pointText = (point: ExecutionPoint, name: string | null): string => formatPoint(point, name === null ? undefined : { name, files: knownFiles(byName(name)) });

  /** Whose file this is, by its name from the driver's folder: one of `near` before those of others. */
  function fileNamed(name: string, near: string | null): { readonly driver: string; readonly slot: number } | null {
    const own = byName(near);
    for (const driver of own === undefined ? list.value : [own, ...list.value]) {
      if (name === `${driver.name}.ts`) return { driver: driver.name, slot: 0 };
      // A service script is named as a driver of its own.
      if (name === serviceName(driver) && hasService(driver)) return { driver: name.replace(/\.ts$/, ''), slot: 0 };
      const found = knownFiles(driver).find((one) => one.name === name);
      if (found !== undefined) return { driver: driver.name, slot: found.slot };
    }
    return null;
  }

  function edit(id: number, slot: FileSlot, typed: string): void {
    const driver = byId(id);
    // An empty script would be none, and its file would go while somebody writes in it.
    const edited = slot === 'service' && typed === '' ? '\n' : typed;
    if (driver === undefined || file(id, slot) === undefined || text(id, slot) === edited) return;
    setDrafts(driver, new Map(drafts.value.get(id)).set(slot, edited));
    schedule(id);
  }

  function schedule(id: number): void {
    unschedule(id);
    const end = beginActivity();
    timers.set(id, { timer: setTimeout(() => void save(id), saveDelayMilliseconds), end });
  }

  function unschedule(id: number): void {
    const entry = timers.get(id);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    entry.end();
    timers.delete(id);
  }

  /** Saves the edited files of a driver now, as one version, and looks at it. Drafts that could not be saved are kept and tried again with the next edit or connection. */
  async function save(id: number): Promise<void> {
    if (await store(id)) await check(id);
  }

  /** The same without a look. */
  async function store(id: number): Promise<boolean> {
    unschedule(id);
    const sent = drafts.value.get(id);
    const driver = byId(id);
    if (sent === undefined || driver === undefined) return false;
    try {
      const { source, files: beside, service } = editedTexts(driver, sent);
      put(await host().request('drivers.update', { id, ...(sent.has(0) && { source }), ...(driver.files.some(({ slot }) => sent.has(slot)) && { files: beside }), ...(sent.has('service') && hasService(driver) && { service }) }));
      setDrafts(byId(id) ?? driver, new Map([...(drafts.value.get(id) ?? [])].filter(([slot, draft]) => sent.get(slot) !== draft)));
      return true;
    } catch (error) {
      useNotices().report(error);
      return false;
    }
  }

  /** Another session begins: its drivers may have the same ids. Drafts of the old one stay in the browser's storage until it is opened again. */
  function forgetDrafts(): void {
    for (const id of [...timers.keys()]) unschedule(id);
    drafts.value = new Map();
    problems.value = new Map();
  }

  async function saveAll(): Promise<void> {
    await Promise.all([...drafts.value.keys()].map(save));
  }

  async function check(id: number): Promise<void> {
    const driver = byId(id);
    if (driver === undefined) return;
    try {
      setProblems(id, await host().request('drivers.check', { id, ...editedTexts(driver, drafts.value.get(id) ?? noDrafts) }));
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** With their places in the files; what has none is said of the entry. */
  function problemsOf(id: number): readonly PlacedProblem[] {
    const driver = byId(id);
    return (problems.value.get(id) ?? []).map((problem) => {
      if (problem.driver !== driver?.name) return { ...problem, slot: 'service' };
      return { ...problem, ...(problem.line === null ? { slot: 0 } : filePlace(problem.line)) };
    });
  }

  function setProblems(id: number, value: readonly DriverProblem[]): void {
    problems.value = new Map(problems.value).set(id, value);
  }

  async function update(change: RequestParams<'drivers.update'>): Promise<boolean> {
    try {
      put(await host().request('drivers.update', change));
      return true;
    } catch (error) {
      useNotices().report(error);
      return false;
    }
  }

  /** Throws what the host refuses, so that a form can say it beside its fields. */
  async function create(params: RequestParams<'drivers.create'>): Promise<DriverInfo> {
    const driver = await host().request('drivers.create', params);
    put(driver);
    return driver;
  }

  /** Takes over one from outside. Throws what the host refuses. */
  async function take(params: RequestParams<'drivers.add'>): Promise<DriverInfo> {
    const driver = await host().request('drivers.add', params);
    put(driver);
    return driver;
  }

  /** The drivers that come with FltReplay and are not in this session. */
  async function bundled(): Promise<readonly BundledDriverInfo[]> {
    const all = await host().request('drivers.bundled', {});
    return all.filter(({ name }) => byName(name) === undefined);
  }

  async function addBundled(name: string): Promise<DriverInfo> {
    const driver = await host().request('drivers.addBundled', { name, altitude: null, enabled: true });
    put(driver);
    return driver;
  }

  /** Files come, go and get other names at once, with everything that is not saved yet. Throws what the host refuses. */
  async function changeFiles(id: number, change: (driver: DriverInfo) => Pick<RequestParams<'drivers.update'>, 'source' | 'files' | 'service'>): Promise<DriverInfo> {
    await save(id);
    const driver = byId(id);
    if (driver === undefined) throw new Error('The driver is not in this session any more.');
    const after = await host().request('drivers.update', { id, ...change(driver) });
    put(after);
    void check(id);
    return after;
  }

  async function addFile(id: number, name: string, contents: string): Promise<FileSlot> {
    const after = await changeFiles(id, (driver) => ({ files: [...driver.files, { name, text: contents }] }));
    return after.files.find((one) => one.name === name)?.slot ?? 0;
  }

  const addService = (id: number, contents: string): Promise<DriverInfo> => changeFiles(id, () => ({ service: contents }));
  /** What imports it, imports it under its new name then. */
  const renameFile = (id: number, slot: number, name: string): Promise<DriverInfo> => changeFiles(id, (driver) => withFileRenamed(driver, slot, name));
  /** Older versions keep it. */
  const removeFile = (id: number, slot: FileSlot): Promise<DriverInfo> => changeFiles(id, (driver) => (slot === 'service' ? { service: '' } : { files: driver.files.filter((one) => one.slot !== slot) }));

  async function remove(id: number): Promise<void> {
    await host().request('drivers.remove', { id });
    list.value = list.value.filter((driver) => driver.id !== id);
  }

  async function restore(id: number): Promise<void> {
    unschedule(id);
    const driver = byId(id);
    if (driver !== undefined) setDrafts(driver, noDrafts);
    put(await host().request('drivers.restore', { id }));
  }

  function put(driver: DriverInfo): void {
    const isKnown = list.value.some((other) => other.id === driver.id);
    list.value = isKnown ? list.value.map((other) => (other.id === driver.id ? driver : other)) : [...list.value, driver];
  }

  // Drafts also lie in this browser's storage until the host has them: neither a closed tab nor a dead host loses an edit.
  function setDrafts(driver: DriverInfo, own: Drafts): void {
    const all = new Map(drafts.value);
    if (own.size === 0) all.delete(driver.id);
    else all.set(driver.id, own);
    drafts.value = all;
    try {
      if (own.size === 0) localStorage.removeItem(draftKey(driver));
      else localStorage.setItem(draftKey(driver), JSON.stringify({ version: driver.version, files: [...own] }));
    } catch {
      // Storage full: the drafts still live in memory.
    }
  }

  function recoverDraft(driver: DriverInfo): void {
    const saved = localStorage.getItem(draftKey(driver));
    if (saved === null || drafts.value.has(driver.id)) return;
    // `text`: of an older FltReplay, whose drivers were one file.
    const { version, text: source, files: kept = source === undefined ? [] : [[0, source]] } = JSON.parse(saved) as { version: number; text?: string; files?: readonly (readonly [FileSlot, string])[] };
    const present = new Map(filesOf(driver).map((one) => [one.slot, one.text]));
    const own = new Map(kept.filter(([slot, draft]) => version === driver.version && present.has(slot) && present.get(slot) !== draft));
    setDrafts(driver, own);
    if (own.size === 0) return;
    schedule(driver.id);
    const names = filesOf(driver).filter(({ slot }) => own.has(slot)).map(({ name }) => name);
    useNotices().add('info', `${names.length === 1 ? 'An unsaved edit' : 'Unsaved edits'} of ${names.join(', ')} ${names.length === 1 ? 'was found and put back' : 'were found and put back'}.`);
  }

  return { list, loadedFor, stack, drafts, problems, listen, load, byId, byName, files, file, text, placeText, pointText, fileNamed, edit, save, store, saveAll, forgetDrafts, check, problemsOf, update, create, take, bundled, addBundled, addFile, addService, renameFile, removeFile, remove, restore };
});

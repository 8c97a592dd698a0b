import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { BundledDriverInfo, DriverInfo, DriverProblem, RequestParams } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { compareAltitudes } from '../formatting/altitude.ts';
import { useNotices } from './notices.ts';
import { useSession } from './session.ts';

const saveDelayMilliseconds = 600;
const draftKey = (driver: DriverInfo): string => `fltreplay.draft:${useSession().session?.path ?? ''}:${driver.name}`;

/** The driver stack: sources, altitudes, switches, and what loading them would refuse. */
export const useDrivers = defineStore('drivers', () => {
  const list = shallowRef<readonly DriverInfo[]>([]);
  /** Edited sources that the host does not have yet, by driver id. */
  const drafts = ref<ReadonlyMap<number, string>>(new Map());
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
    for (const driver of list.value) {
      recoverDraft(driver);
      void check(driver.id, source(driver.id));
    }
  }

  function byId(id: number | null): DriverInfo | undefined {
    return list.value.find((driver) => driver.id === id);
  }

  function byName(name: string | null): DriverInfo | undefined {
    return list.value.find((driver) => driver.name === name);
  }

  /** The source as edited, saved or not. */
  function source(id: number): string {
    return drafts.value.get(id) ?? byId(id)?.source ?? '';
  }

  function edit(id: number, text: string): void {
    const driver = byId(id);
    if (driver === undefined || source(id) === text) return;
    drafts.value = new Map(drafts.value).set(id, text);
    rememberDraft(driver, text);
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

  /** Saves an edited source now. A draft that could not be saved is kept and tried again with the next edit or connection. */
  async function save(id: number): Promise<void> {
    unschedule(id);
    const text = drafts.value.get(id);
    const driver = byId(id);
    if (text === undefined || driver === undefined) return;
    try {
      put(await host().request('drivers.update', { id, source: text }));
      if (drafts.value.get(id) === text) dropDraft(driver);
      await check(id, text);
    } catch (error) {
      useNotices().report(error);
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

  async function check(id: number, text: string): Promise<void> {
    try {
      setProblems(id, await host().request('drivers.check', { id, source: text }));
    } catch (error) {
      useNotices().report(error);
    }
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

  async function remove(id: number): Promise<void> {
    await host().request('drivers.remove', { id });
    list.value = list.value.filter((driver) => driver.id !== id);
  }

  async function restore(id: number): Promise<void> {
    unschedule(id);
    const driver = byId(id);
    if (driver !== undefined) dropDraft(driver);
    put(await host().request('drivers.restore', { id }));
  }

  function put(driver: DriverInfo): void {
    const isKnown = list.value.some((other) => other.id === driver.id);
    list.value = isKnown ? list.value.map((other) => (other.id === driver.id ? driver : other)) : [...list.value, driver];
  }

  // A draft also lies in this browser's storage until the host has it: neither a closed tab nor a dead host loses an edit.
  function rememberDraft(driver: DriverInfo, text: string): void {
    try {
      localStorage.setItem(draftKey(driver), JSON.stringify({ version: driver.version, text }));
    } catch {
      // Storage full: the draft still lives in memory.
    }
  }

  function dropDraft(driver: DriverInfo): void {
    const rest = new Map(drafts.value);
    rest.delete(driver.id);
    drafts.value = rest;
    localStorage.removeItem(draftKey(driver));
  }

  function recoverDraft(driver: DriverInfo): void {
    const saved = localStorage.getItem(draftKey(driver));
    if (saved === null || drafts.value.has(driver.id)) return;
    const { version, text } = JSON.parse(saved) as { version: number; text: string };
    if (version !== driver.version || text === driver.source) {
      localStorage.removeItem(draftKey(driver));
      return;
    }
    drafts.value = new Map(drafts.value).set(driver.id, text);
    schedule(driver.id);
    useNotices().add('info', `An unsaved edit of ${driver.name}.ts was found and put back.`);
  }

  return { list, stack, drafts, problems, listen, load, byId, byName, source, edit, save, saveAll, forgetDrafts, check, update, create, bundled, addBundled, remove, restore };
});

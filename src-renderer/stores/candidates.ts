import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ImportChoices, ImportSource, TraceDetection } from '../../src-preload/contract/index.ts';
import { host, useBackend } from '../backend/backend.ts';
import { Upload, type UploadFile } from '../backend/upload.ts';
import { parseClockOffset } from '../formatting/clockOffset.ts';
import { parseDate } from '../formatting/time.ts';
import { emptyChoices, type ChoiceTexts } from './choiceTexts.ts';
import { groupLogParts } from './groupLogParts.ts';

/** A file that was chosen to be imported, and what is known of it so far. */
export interface Candidate {
  readonly key: number;
  readonly name: string;
  /** Null until the host knows it (a path). */
  readonly bytes: number | null;
  /** Null until the host can look at it. */
  readonly source: ImportSource | null;
  /** Handed over so far; null where the host reads the file itself. */
  readonly sent: number | null;
  /** Null while it is being looked at. */
  readonly detection: TraceDetection | null;
  readonly texts: ChoiceTexts;
}

/** What is imported of a candidate that was accepted. */
export interface AcceptedCandidate {
  readonly name: string;
  readonly bytes: number;
  readonly choices: ImportChoices;
  /** Its source, once it has been handed over whole; a path is ready at once. */
  readonly ready: Promise<ImportSource>;
  readonly sent: () => number;
  readonly cancel: () => void;
}

/** The files the user chose or dropped, before they are imported: what each one is, and what has to be said of it. */
export const useCandidates = defineStore('candidates', () => {
  const list = shallowRef<readonly Candidate[]>([]);
  const selectedKey = ref<number | null>(null);
  const uploads = new Map<number, readonly Upload[]>();
  const looks = new Map<number, Promise<void>>();
  /** Files are handed over whole one after the other, so that the first is ready first. */
  let turn: Promise<unknown> = Promise.resolve();
  let nextKey = 1;

  const importable = computed(() => list.value.filter(({ detection }) => detection?.kind === 'trace'));
  const selected = computed(() => list.value.find(({ key }) => key === selectedKey.value) ?? importable.value[0] ?? list.value[0] ?? null);
  const isLooking = computed(() => list.value.some(({ detection }) => detection === null));
  const hasProblem = computed(() => importable.value.some((candidate) => choiceProblems(candidate).length > 0));

  const get = (key: number): Candidate | undefined => list.value.find((candidate) => candidate.key === key);

  function patch(key: number, change: Partial<Candidate>): void {
    list.value = list.value.map((candidate) => (candidate.key === key ? { ...candidate, ...change } : candidate));
  }

  function add(candidate: Omit<Candidate, 'key' | 'texts'>): number {
    const key = nextKey++;
    list.value = [...list.value, { ...candidate, key, texts: emptyChoices }];
    return key;
  }

  /** Files of the page's own file input or a drop. Where the shell knows their paths, those are taken. */
  function addFiles(files: readonly (File & UploadFile)[]): void {
    const { pathForFile } = useBackend().shell;
    const paths = files.map((file) => pathForFile?.(file) ?? '');
    addPaths(paths.filter((path) => path !== ''));
    const handed = files.filter((_file, at) => paths[at] === '');
    for (const group of groupLogParts(handed)) addUpload(group);
  }

  function addPaths(paths: readonly string[]): void {
    for (const path of paths) {
      if (list.value.some(({ source }) => source?.kind === 'path' && source.path === path)) continue;
      const key = add({ name: path.replace(/^.*[\\/]/, ''), bytes: null, source: { kind: 'path', path }, sent: null, detection: null });
      looks.set(key, look(key));
    }
  }

  function addUpload(files: readonly UploadFile[]): void {
    const [first, ...more] = files;
    if (first === undefined) return;
    const size = files.reduce((total, file) => total + file.size, 0);
    const key = add({ name: first.name, bytes: size, source: null, sent: 0, detection: null });
    const own = [first, ...more].map((file) => new Upload(host(), file, () => patch(key, { sent: own.reduce((total, upload) => total + upload.sent, 0) })));
    uploads.set(key, own);
    looks.set(key, lookAtUpload(key, own, files));
    // The rest follows in the background while the user reads what was found.
    for (const upload of own) turn = upload.finish(turn);
  }

  async function lookAtUpload(key: number, own: readonly Upload[], files: readonly UploadFile[]): Promise<void> {
    try {
      const [uploadId, ...parts] = await Promise.all(own.map((upload) => upload.begun));
      if (uploadId === undefined) return;
      patch(key, { source: { kind: 'upload', uploadId, ...(parts.length > 0 && { parts }) } });
      await look(key);
      if (parts.length > 0 && !isOneLog(key)) return separate(key, files);
      const { detection } = get(key) ?? {};
      // What the beginning did not tell, the whole may.
      if (detection?.kind === 'trace' && detection.preview !== null) return;
      if (own.every((upload) => upload.sent === upload.size)) return;
      await Promise.all(own.map((upload) => upload.finish()));
      await look(key);
    } catch (error) {
      refuse(key, error);
    }
  }

  // Names alone do not make parts: somebody may have numbered separate logs.
  const isOneLog = (key: number): boolean => {
    const { detection } = get(key) ?? {};
    return detection?.kind === 'trace' && detection.parts.length > 1;
  };

  function separate(key: number, files: readonly UploadFile[]): void {
    remove(key);
    for (const file of files) addUpload([file]);
  }

  async function look(key: number): Promise<void> {
    const candidate = get(key);
    if (candidate === undefined || candidate.source === null) return;
    const member = candidate.texts.member === '' ? {} : { member: candidate.texts.member };
    try {
      const detection = await host().request('trace.detect', { source: candidate.source, ...member });
      if (get(key)?.texts.member !== candidate.texts.member) return;
      patch(key, { detection, bytes: candidate.bytes ?? detection.bytes });
      if (detection.kind === 'trace') absorbParts(key, detection.parts.map(({ name }) => name));
    } catch (error) {
      refuse(key, error);
    }
  }

  function refuse(key: number, error: unknown): void {
    const candidate = get(key);
    if (candidate === undefined) return;
    patch(key, { detection: { kind: 'refused', name: candidate.name, bytes: candidate.bytes ?? 0, code: 'failed', message: error instanceof Error ? error.message : String(error) } });
  }

  // Parts that were chosen beside their first file are read with it, not once more.
  function absorbParts(key: number, names: readonly string[]): void {
    const source = get(key)?.source;
    if (source?.kind !== 'path' || names.length < 2) return;
    const folder = source.path.slice(0, source.path.length - (get(key)?.name.length ?? 0));
    const others = list.value.filter((other) => other.key > key && other.source?.kind === 'path' && names.some((name) => (other.source as { path: string }).path === folder + name));
    for (const other of others) remove(other.key);
  }

  function setText(key: number, name: keyof ChoiceTexts, text: string): void {
    const candidate = get(key);
    if (candidate === undefined) return;
    patch(key, { texts: { ...candidate.texts, [name]: text } });
    if (name === 'member') void look(key);
  }

  function remove(key: number): void {
    for (const upload of uploads.get(key) ?? []) upload.cancel();
    uploads.delete(key);
    looks.delete(key);
    list.value = list.value.filter((candidate) => candidate.key !== key);
  }

  /** Forgets all of them; what is on its way to the host is stopped. */
  function clear(): void {
    for (const { key } of list.value) remove(key);
    turn = Promise.resolve();
  }

  /** Resolves when every file that is here now has been looked at for the first time. */
  async function looked(): Promise<void> {
    await Promise.all(looks.values());
  }

  /** Gives away the traces, or the one session, and forgets the rest. */
  function accept(kind: 'trace' | 'session'): readonly AcceptedCandidate[] {
    const accepted = list.value.filter(({ detection }) => detection?.kind === kind).map((candidate): AcceptedCandidate => {
      const own = uploads.get(candidate.key) ?? [];
      uploads.delete(candidate.key);
      const { source } = candidate;
      const bytes = candidate.bytes ?? 0;
      return {
        name: candidate.name, bytes, choices: choicesOf(candidate),
        ready: Promise.all(own.map((upload) => upload.finish())).then(() => {
          if (source === null) throw new Error(`${candidate.name} has not been looked at.`);
          return source;
        }),
        sent: () => (own.length === 0 ? bytes : own.reduce((total, upload) => total + upload.sent, 0)),
        cancel: () => own.forEach((upload) => upload.cancel()),
      };
    });
    clear();
    return accepted;
  }

  return { list, selectedKey, selected, importable, isLooking, hasProblem, addFiles, addPaths, setText, remove, clear, looked, accept };
});

/** What is wrong with the choices of a candidate, each as a sentence with the field it is about. */
export function choiceProblems(candidate: Candidate): readonly { readonly field: keyof ChoiceTexts; readonly message: string }[] {
  const { texts } = candidate;
  const offset = texts.clockOffset === '' ? null : parseClockOffset(texts.clockOffset);
  return [
    ...(texts.date !== '' && parseDate(texts.date) === null ? [{ field: 'date' as const, message: 'Write the date as 2026-11-21.' }] : []),
    ...(offset?.kind === 'problem' ? [{ field: 'clockOffset' as const, message: offset.message }] : []),
  ];
}

function choicesOf({ texts, detection }: Candidate): ImportChoices {
  const asks = detection?.kind === 'trace' ? detection.asks : [];
  const date = asks.includes('assumedDate') ? parseDate(texts.date) : null;
  const offset = texts.clockOffset === '' ? null : parseClockOffset(texts.clockOffset);
  return {
    ...(texts.member !== '' && { member: texts.member }),
    ...(date !== null && { assumedDate: date }),
    ...(asks.includes('utcOffset') && texts.utcOffset !== '' && { utcOffset: Number(texts.utcOffset) }),
    ...(offset?.kind === 'offset' && offset.ticks !== 0n && { clockOffset: offset.ticks }),
  };
}

import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DetectedTrace, HostApi, ImportSource, TraceDetection } from '../../../../src-preload/contract/index.ts';
import { provideBackend } from '../../../../src-renderer/backend/backend.ts';
import { choiceProblems, useCandidates } from '../../../../src-renderer/stores/candidates.ts';

const trace = (name: string, fields: Partial<DetectedTrace> = {}): DetectedTrace => ({
  kind: 'trace', name, bytes: 10, format: 'f', formatTitle: 'F', wrapping: 'none', members: [], parts: [], asks: [], preview: { rows: [], firstTime: null, system: {} }, ...fields,
});

let cancelled: number[] = [];

/** A host that looks at files by `detect` and takes uploads. */
function backend(detect: (source: ImportSource, member: string | undefined) => TraceDetection, pathForFile?: (file: unknown) => string): void {
  let nextUpload = 1;
  const names = new Map<number, string>();
  cancelled = [];
  const request = (name: string, params: { source?: ImportSource; member?: string; name?: string; uploadId?: number }): Promise<unknown> => {
    if (name === 'upload.begin') {
      names.set(nextUpload, params.name ?? '');
      return Promise.resolve({ uploadId: nextUpload++ });
    }
    if (name === 'upload.cancel') cancelled.push(params.uploadId ?? 0);
    return Promise.resolve(name === 'trace.detect' && params.source !== undefined ? detect(params.source, params.member) : {});
  };
  const host = { request, listen: () => ({ dispose: () => undefined }) } as unknown as HostApi;
  provideBackend({ host, shell: { kind: 'web', ...(pathForFile !== undefined && { pathForFile }) }, state: 'open', onState: () => undefined });
}

const file = (name: string): File => new File(['0123456789'], name);
const names = (): string[] => useCandidates().list.map((candidate) => candidate.name);

beforeEach(() => setActivePinia(createPinia()));

describe('chosen files', () => {
  test('a part that was chosen beside its log is not imported once more', async () => {
    const parts = [{ name: 'boot.PML', bytes: 5 }, { name: 'boot-1.PML', bytes: 5 }];
    backend((source) => trace(source.kind === 'path' ? source.path : '', { parts: source.kind === 'path' && source.path.includes('boot') ? parts : [] }));
    const candidates = useCandidates();
    candidates.addPaths(['C:\\logs\\boot.PML', 'C:\\logs\\boot-1.PML', 'D:\\logs\\boot-1.PML', 'C:\\logs\\other.PML']);
    await candidates.looked();
    expect(candidates.list.map(({ source }) => (source?.kind === 'path' ? source.path : ''))).toEqual(['C:\\logs\\boot.PML', 'D:\\logs\\boot-1.PML', 'C:\\logs\\other.PML']);
  });

  test('uploads that look like parts by their names are one log only where the host says so', async () => {
    backend(() => trace('x', { parts: [] }));
    const candidates = useCandidates();
    candidates.addFiles([file('run.PML'), file('run-1.PML')]);
    await candidates.looked();
    await expect.poll(names).toEqual(['run.PML', 'run-1.PML']);
    expect(cancelled).toEqual([1, 2]);

    setActivePinia(createPinia());
    backend((source) => trace('x', { parts: source.kind === 'upload' && source.parts?.length === 1 ? [{ name: 'run.PML', bytes: 10 }, { name: 'run-1.PML', bytes: 10 }] : [] }));
    const others = useCandidates();
    others.addFiles([file('run-1.PML'), file('run.PML')]);
    await others.looked();
    expect(names()).toEqual(['run.PML']);
    expect(others.list[0]?.source).toEqual({ kind: 'upload', uploadId: 1, parts: [2] });
  });

  test('a shell that knows paths is not sent the content', async () => {
    backend(() => trace('x'), (dropped) => `/captures/${(dropped as File).name}`);
    const candidates = useCandidates();
    candidates.addFiles([file('a.etl')]);
    await candidates.looked();
    expect(candidates.list[0]).toMatchObject({ source: { kind: 'path', path: '/captures/a.etl' }, sent: null });
  });

  test('only traces are accepted, with what was said of them; the rest is stopped', async () => {
    backend((source) => (source.kind === 'path' && source.path.endsWith('.png') ? { kind: 'refused', name: 'b.png', bytes: 3, code: 'x', message: 'b.png is no trace.' } : trace('a.csv', { asks: ['assumedDate', 'utcOffset'] })));
    const candidates = useCandidates();
    candidates.addPaths(['/a.csv', '/b.png']);
    await candidates.looked();
    const key = candidates.list[0]?.key ?? 0;
    candidates.setText(key, 'date', '2021-01-01');
    candidates.setText(key, 'utcOffset', '120');
    candidates.setText(key, 'clockOffset', '-1.5 ms');
    const accepted = candidates.accept('trace');
    expect(accepted.map(({ name, choices }) => ({ name, choices }))).toEqual([{ name: 'a.csv', choices: { assumedDate: 132_539_328_000_000_000n, utcOffset: 120, clockOffset: -15_000n } }]);
    expect(await accepted[0]?.ready).toEqual({ kind: 'path', path: '/a.csv' });
    expect(candidates.list).toEqual([]);
  });

  test('what cannot be understood in a field is said, and nothing is imported meanwhile', async () => {
    backend(() => trace('a.csv', { asks: ['assumedDate'] }));
    const candidates = useCandidates();
    candidates.addPaths(['/a.csv']);
    await candidates.looked();
    const key = candidates.list[0]?.key ?? 0;
    candidates.setText(key, 'date', '31.12.2020');
    candidates.setText(key, 'clockOffset', 'later');
    const [candidate] = candidates.list;
    expect(candidate === undefined ? [] : choiceProblems(candidate).map(({ field }) => field)).toEqual(['date', 'clockOffset']);
    expect(candidates.hasProblem).toBe(true);
  });

  test('another trace of an archive is looked at when it is chosen', async () => {
    backend((_source, member) => trace('a.zip', { wrapping: 'zip', formatTitle: member === 'b.etl' ? 'ETW' : 'PML' }));
    const candidates = useCandidates();
    candidates.addPaths(['/a.zip']);
    await candidates.looked();
    candidates.setText(candidates.list[0]?.key ?? 0, 'member', 'b.etl');
    await expect.poll(() => candidates.list[0]?.detection).toMatchObject({ formatTitle: 'ETW' });
    expect(candidates.accept('trace')[0]?.choices).toEqual({ member: 'b.etl' });
  });
});

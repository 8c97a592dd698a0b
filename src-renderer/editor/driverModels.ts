/** One Monaco model a file of a driver: follows the store, and tells it about edits. Models are never reactive. */
import { effectScope, watch } from 'vue';
import { DisposableStore } from '../../src-main/base/disposable.ts';
import { filePlace } from '../../src-main/base/driverLines.ts';
import { beginActivity } from '../backend/activity.ts';
import type { FileSlot, SourceFile } from '../stores/driverFiles.ts';
import { useDrivers } from '../stores/drivers.ts';
import { useSession } from '../stores/session.ts';
import { useSource, type TypeProblem } from '../stores/source.ts';
import { useEvents } from '../stores/events.ts';
import { useVocabulary } from '../stores/vocabulary.ts';
import { loadOwner, runOwner } from './codeActions.ts';
import { showViolations } from './editorMarks.ts';
import { driverLanguage, monaco, serviceLanguage, setDeclarations, workerOf } from './monaco.ts';
import { lookAtTypes } from './typeDiagnostics.ts';

const folder = '/drivers/';

/** Relative imports are resolved from here. */
export const driverFolder = (driverId: number): string => `${folder}${driverId}/`;

interface FileModel {
  readonly driverId: number;
  readonly slot: FileSlot;
  readonly name: string;
  readonly model: monaco.editor.ITextModel;
}

const keyOf = (driverId: number, slot: FileSlot): string => `${driverId}:${slot}`;

export class DriverModels {
  readonly #models = new Map<string, FileModel>();
  readonly #owned = new DisposableStore();
  #isApplying = false;
  #sessionPath = '';

  constructor() {
    const drivers = useDrivers();
    const vocabulary = useVocabulary();
    // Of its own: the editor that made it goes and comes, and what follows the store must not go with it.
    const scope = effectScope(true);
    scope.run(() => {
      // Drafts too: a fix may have written one.
      watch([() => drivers.list, () => drivers.drafts], () => this.#follow(), { immediate: true });
      watch([() => useEvents().violations, () => drivers.list], () => this.#showViolations(), { immediate: true });
      watch(() => drivers.problems, () => this.#showLoadProblems(), { immediate: true });
      watch(() => vocabulary.serviceDeclarations, (text) => {
        if (text === null) return;
        setDeclarations(text, serviceLanguage);
        for (const { driverId, slot } of this.#models.values()) if (slot === 'service') this.#lookAtTypes(driverId, 0);
      }, { immediate: true });
    });
    this.#owned.add({ dispose: () => scope.stop() });
    this.#owned.add(monaco.editor.onDidChangeMarkers((uris) => {
      if (uris.some((uri) => uri.path.startsWith(folder))) this.#collectTypeProblems();
    }));
  }

  model(driverId: number, slot: FileSlot): monaco.editor.ITextModel | null {
    return this.#models.get(keyOf(driverId, slot))?.model ?? null;
  }

  modelsOf(driverId: number): readonly (readonly [FileSlot, monaco.editor.ITextModel])[] {
    return [...this.#models.values()].filter((file) => file.driverId === driverId).map(({ slot, model }) => [slot, model]);
  }

  fileOf(model: monaco.editor.ITextModel | null): { readonly driverId: number; readonly slot: FileSlot } | null {
    for (const file of this.#models.values()) if (file.model === model) return file;
    return null;
  }

  #follow(): void {
    const drivers = useDrivers();
    this.#forgetOtherSession();
    const present = new Map(drivers.list.flatMap(({ id }) => drivers.files(id).map((file) => [keyOf(id, file.slot), { id, file }] as const)));
    // Before new ones come: one may have the name of one that went.
    for (const [key, { driverId, name, model }] of this.#models) {
      if (present.get(key)?.file.name === name) continue;
      this.#models.delete(key);
      model.dispose();
      this.#lookAtTypes(driverId);
    }
    for (const [key, { id, file }] of present) {
      const model = this.#models.get(key)?.model ?? this.#create(id, file);
      // Set by somebody else: another page, "put back as shipped", a recovered draft.
      if (model.getValue() !== file.text) this.#apply(model, file.text);
    }
    this.#showLoadProblems();
  }

  // Ids begin anew in each session, and nobody wants to undo into another one's source.
  #forgetOtherSession(): void {
    const path = useSession().session?.path ?? '';
    if (path === this.#sessionPath) return;
    this.#sessionPath = path;
    for (const { model } of this.#models.values()) model.dispose();
    this.#models.clear();
  }

  #create(driverId: number, { slot, name, text }: SourceFile): monaco.editor.ITextModel {
    const model = monaco.editor.createModel(text, slot === 'service' ? serviceLanguage : driverLanguage, monaco.Uri.parse(`file://${driverFolder(driverId)}${name}`));
    if (slot === 'service') void useVocabulary().loadServiceDeclarations().catch(() => undefined);
    model.updateOptions({ tabSize: 2, insertSpaces: true });
    model.onDidChangeContent(() => {
      this.#lookAtTypes(driverId);
      if (!this.#isApplying) useDrivers().edit(driverId, slot, model.getValue());
    });
    this.#models.set(keyOf(driverId, slot), { driverId, slot, name, model });
    this.#lookAtTypes(driverId, 0);
    return model;
  }

  /** A script is not looked at before what it can name is known. */
  #lookAtTypes(driverId: number, delay?: number): void {
    lookAtTypes(String(driverId), () => this.modelsOf(driverId).filter(([slot]) => slot !== 'service' || useVocabulary().serviceDeclarations !== null).map(([, model]) => model), delay);
  }

  #apply(model: monaco.editor.ITextModel, text: string): void {
    this.#isApplying = true;
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    this.#isApplying = false;
  }

  #showViolations(): void {
    const drivers = useDrivers();
    const rows = Map.groupBy(useEvents().violations, ({ driver }) => driver);
    for (const { driverId, slot, model } of this.#models.values()) {
      const own = (rows.get(drivers.byId(driverId)?.name ?? '') ?? []).flatMap((row) => {
        const place = row.line === null ? null : filePlace(row.line);
        return place?.slot === slot ? [{ ...row, line: place.line }] : [];
      });
      showViolations(model, own);
    }
  }

  #showLoadProblems(): void {
    const { problemsOf } = useDrivers();
    for (const { driverId, slot, model } of this.#models.values()) {
      monaco.editor.setModelMarkers(model, loadOwner, problemsOf(driverId).filter((problem) => problem.slot === slot).map((problem) => {
        const line = Math.min(problem.line ?? 1, model.getLineCount());
        const word = model.getWordAtPosition({ lineNumber: line, column: problem.column ?? 1 });
        const startColumn = problem.column ?? model.getLineFirstNonWhitespaceColumn(line);
        return {
          severity: problem.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message: problem.message,
          source: 'FltReplay',
          startLineNumber: line, endLineNumber: line, startColumn: Math.max(1, startColumn), endColumn: word?.endColumn ?? model.getLineMaxColumn(line),
        };
      }));
    }
  }

  #collectTypeProblems(): void {
    const found: TypeProblem[] = [];
    for (const { driverId, slot, model } of this.#models.values()) {
      for (const marker of monaco.editor.getModelMarkers({ resource: model.uri })) {
        if (marker.owner === loadOwner || marker.owner === runOwner || marker.severity < monaco.MarkerSeverity.Warning) continue;
        found.push({ driverId, slot, severity: marker.severity === monaco.MarkerSeverity.Error ? 'error' : 'warning', message: marker.message, line: marker.startLineNumber, column: marker.startColumn });
      }
    }
    useSource().typeProblems = found;
  }

  dispose(): void {
    this.#owned.dispose();
    for (const { model } of this.#models.values()) model.dispose();
    this.#models.clear();
  }
}

let shared: DriverModels | null = null;

/** One for the window: what was undone and done in a source is still there when it is opened again. */
export function driverModels(): DriverModels {
  shared ??= new DriverModels();
  return shared;
}

/** Busy until the language service has answered once: markers are complete from then on. */
export async function warmLanguageService(models: DriverModels, driverId: number): Promise<void> {
  const end = beginActivity();
  try {
    const model = models.model(driverId, 0);
    if (model !== null) await (await workerOf(model)).getSyntacticDiagnostics(model.uri.toString());
  } catch {
    // It cannot be loaded: the page is usable without it, and the next edit asks again.
  } finally {
    end();
  }
}

/** One Monaco model a driver: follows the store, and tells it about edits. Models are never reactive. */
import { effectScope, watch } from 'vue';
import { DisposableStore } from '../../src-main/base/disposable.ts';
import { beginActivity } from '../backend/activity.ts';
import { useDrivers } from '../stores/drivers.ts';
import { useSession } from '../stores/session.ts';
import { useSource, type TypeProblem } from '../stores/source.ts';
import { useEvents } from '../stores/events.ts';
import { loadOwner, runOwner } from './codeActions.ts';
import { showViolations } from './editorMarks.ts';
import { getTypeScriptWorker, monaco } from './monaco.ts';

const folder = '/drivers/';

export class DriverModels {
  readonly #models = new Map<number, monaco.editor.ITextModel>();
  readonly #owned = new DisposableStore();
  #isApplying = false;
  #sessionPath = '';

  constructor() {
    const drivers = useDrivers();
    // Of its own: the editor that made it goes and comes, and what follows the store must not go with it.
    const scope = effectScope(true);
    scope.run(() => {
      // Drafts too: a fix may have written one.
      watch([() => drivers.list, () => drivers.drafts], () => this.#follow(), { immediate: true });
      watch([() => useEvents().violations, () => drivers.list], () => this.#showViolations(), { immediate: true });
      watch(() => drivers.problems, () => this.#showLoadProblems(), { immediate: true });
    });
    this.#owned.add({ dispose: () => scope.stop() });
    this.#owned.add(monaco.editor.onDidChangeMarkers((uris) => {
      if (uris.some((uri) => uri.path.startsWith(folder))) this.#collectTypeProblems();
    }));
  }

  model(driverId: number): monaco.editor.ITextModel | null {
    return this.#models.get(driverId) ?? null;
  }

  driverIdOf(model: monaco.editor.ITextModel | null): number | null {
    for (const [id, other] of this.#models) if (other === model) return id;
    return null;
  }

  #follow(): void {
    const drivers = useDrivers();
    this.#forgetOtherSession();
    for (const driver of drivers.list) {
      const text = drivers.source(driver.id);
      const model = this.#models.get(driver.id) ?? this.#create(driver.id, driver.name, text);
      // Set by somebody else: another page, "put back as shipped", a recovered draft.
      if (model.getValue() !== text) this.#apply(model, text);
    }
    for (const [id, model] of this.#models) {
      if (drivers.byId(id) !== undefined) continue;
      this.#models.delete(id);
      model.dispose();
    }
    this.#showLoadProblems();
  }

  // Ids begin anew in each session, and nobody wants to undo into another one's source.
  #forgetOtherSession(): void {
    const path = useSession().session?.path ?? '';
    if (path === this.#sessionPath) return;
    this.#sessionPath = path;
    for (const model of this.#models.values()) model.dispose();
    this.#models.clear();
  }

  #create(id: number, name: string, text: string): monaco.editor.ITextModel {
    const model = monaco.editor.createModel(text, 'typescript', monaco.Uri.parse(`file://${folder}${id}/${name}.ts`));
    model.updateOptions({ tabSize: 2, insertSpaces: true });
    model.onDidChangeContent(() => {
      if (!this.#isApplying) useDrivers().edit(id, model.getValue());
    });
    this.#models.set(id, model);
    return model;
  }

  #apply(model: monaco.editor.ITextModel, text: string): void {
    this.#isApplying = true;
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    this.#isApplying = false;
  }

  #showViolations(): void {
    const drivers = useDrivers();
    const rows = Map.groupBy(useEvents().violations, ({ driver }) => driver);
    for (const [id, model] of this.#models) showViolations(model, rows.get(drivers.byId(id)?.name ?? '') ?? []);
  }

  #showLoadProblems(): void {
    const { problems } = useDrivers();
    for (const [id, model] of this.#models) {
      monaco.editor.setModelMarkers(model, loadOwner, (problems.get(id) ?? []).map((problem) => {
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
    for (const [driverId, model] of this.#models) {
      for (const marker of monaco.editor.getModelMarkers({ resource: model.uri })) {
        if (marker.owner === loadOwner || marker.owner === runOwner || marker.severity < monaco.MarkerSeverity.Warning) continue;
        found.push({ driverId, severity: marker.severity === monaco.MarkerSeverity.Error ? 'error' : 'warning', message: marker.message, line: marker.startLineNumber, column: marker.startColumn });
      }
    }
    useSource().typeProblems = found;
  }

  dispose(): void {
    this.#owned.dispose();
    for (const model of this.#models.values()) model.dispose();
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
    const model = models.model(driverId);
    if (model === null) return;
    const client = await (await getTypeScriptWorker())(model.uri);
    await client.getSyntacticDiagnostics(model.uri.toString());
  } catch {
    // Registered later or not at all: the page is usable without it, and the next edit asks again.
  } finally {
    end();
  }
}

/** What has no new name to be given here: what the driver API and the language declare. */
import type { DriverModels } from './driverModels.ts';
import { languages, monaco, workerOf } from './monaco.ts';

let registered: { dispose(): void } | null = null;

/** Asked before TypeScript's own, which makes the edits: the provider that came last is asked first, so it comes anew before each renaming. */
export function refuseForeignNames(models: DriverModels): void {
  registered?.dispose();
  registered = monaco.languages.registerRenameProvider([...languages], {
    provideRenameEdits: () => null,
    resolveRenameLocation: async (model, position) => {
      const word = model.getWordAtPosition(position);
      const nowhere = new monaco.Range(position.lineNumber, position.column, position.lineNumber, position.column);
      if (word === null) return { range: nowhere, text: '', rejectReason: 'Put the caret on a name of the driver.' };
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
      const client = await workerOf(model);
      const definitions = (await client.getDefinitionAtPosition(model.uri.toString(), model.getOffsetAt(position))) ?? [];
      const isOwn = definitions.length > 0 && definitions.every(({ fileName }) => models.fileOf(monaco.editor.getModel(monaco.Uri.parse(fileName))) !== null);
      return isOwn ? { range, text: word.word } : { range, text: word.word, rejectReason: `${word.word} is not declared in the driver, so it cannot have another name.` };
    },
  });
}

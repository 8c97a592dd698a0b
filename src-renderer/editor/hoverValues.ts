/** Values of expressions under the pointer, at a stop. */
import { expressionAt } from './expressionAt.ts';
import { driverLanguage, monaco } from './monaco.ts';

/** Evaluates in the chosen frame; null where there is no stop, or nothing to say. */
export type ValueOf = (expression: string, model: monaco.editor.ITextModel) => Promise<{ readonly value: string; readonly type: string } | null>;

export function registerHoverValues(valueOf: ValueOf): monaco.IDisposable {
  return monaco.languages.registerHoverProvider(driverLanguage, {
    provideHover: async (model, position) => {
      const found = expressionAt(model.getLineContent(position.lineNumber), position.column);
      if (found === null) return null;
      const answer = await valueOf(found.text, model);
      if (answer === null) return null;
      const range = new monaco.Range(position.lineNumber, found.start, position.lineNumber, found.end);
      const text = `${found.text} = ${answer.value}${answer.type !== '' && answer.type !== 'number' && answer.type !== 'string' && answer.type !== answer.value ? ` : ${answer.type}` : ''}`;
      return { range, contents: [{ value: `\`\`\`typescript\n${text.slice(0, 2000)}\n\`\`\`` }] };
    },
  });
}

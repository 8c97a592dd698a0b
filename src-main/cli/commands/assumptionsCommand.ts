import { exitCodes, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay assumptions`: every decision the documents leave open; the first reading is the default. */
export function assumptionsCommand(options: { readonly json?: boolean }): Promise<number> {
  return withHost(async (api) => {
    for (const one of await api.request('app.assumptions', {})) {
      if (options.json === true) {
        await printJson(one);
        continue;
      }
      const [standard = '', ...others] = one.values;
      await print(`${one.id}  ${standard}${others.length === 0 ? '' : ` | ${others.join(' | ')}`}`);
      await print(`    ${one.sentence}`);
      await print(`    Source: ${one.source}`);
    }
    return exitCodes.clean;
  });
}

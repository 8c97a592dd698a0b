import { exitCodes, print, printJson } from '../output.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay assumptions`: every decision the documents leave open, by area, with its readings; `--assume ID=READING` of `run` chooses another one. */
export function assumptionsCommand(options: { readonly json?: boolean }): Promise<number> {
  return withHost(async (api) => {
    let area = '';
    for (const one of await api.request('app.assumptions', {})) {
      if (options.json === true) {
        await printJson(one);
        continue;
      }
      if (one.area !== area) {
        await print(`${area === '' ? '' : '\n'}${one.area}\n`);
        ({ area } = one);
      }
      const [standard = '', ...others] = one.values;
      await print(`${one.id}  ${[`${standard} (default)`, ...others].join(' | ')}`);
      await print(`    ${one.sentence}`);
      await print(`    Source: ${one.source}`);
    }
    return exitCodes.clean;
  });
}

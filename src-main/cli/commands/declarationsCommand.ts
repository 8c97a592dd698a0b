import { exitCodes, print } from '../output.ts';
import { withHost } from '../withHost.ts';

/** `fltreplay declarations [--service]`: the declarations that drivers or service scripts are checked against. */
export function declarationsCommand(options: { readonly service?: boolean }): Promise<number> {
  return withHost(async (api) => {
    const { text } = await api.request('app.declarations', { of: options.service === true ? 'service' : 'driver' });
    await print(text.trimEnd());
    return exitCodes.clean;
  });
}

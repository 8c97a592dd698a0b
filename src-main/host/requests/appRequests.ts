import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import { irpMajor, ntstatus } from '../../nt/tables.generated.ts';
import { traceFormats } from '../../trace/formats/index.ts';
import { programVersion } from '../places.ts';
import type { HostContext } from '../hostContext.ts';
import { assumptionInfos } from '../whyService.ts';

type AppRequests = Pick<RequestHandlers, 'app.info' | 'app.majors' | 'app.statuses' | 'app.assumptions' | 'app.declarations' | 'conform.run'>;

/** What the program says of itself, and the vocabulary it shares with the page. */
export function appRequests(context: HostContext): AppRequests {
  const version = programVersion();
  return {
    'app.info': () => ({
      version,
      shell: context.options.shell,
      platform: process.platform,
      sandbox: context.sandbox.state,
      sandboxNote: context.sandbox.note,
      sessionsFolder: context.settings.sessionsFolder,
      recentSessions: context.settings.recent(),
      recentTraces: context.settings.recentTraces(),
      samples: context.samples.list().map(({ name, title, shows }) => ({ name, title, shows })),
      formats: traceFormats.map(({ id, title, extensions }) => ({ id, title, extensions })),
    }),
    'app.majors': () => irpMajor.map((row) => ({ value: row.value, name: row.name, meaning: row.meaning })),
    'app.statuses': () => statusNames,
    'app.assumptions': () => assumptionInfos(),
    'app.declarations': async ({ of }) => {
      const { declarationsText, serviceDeclarationsText } = await import('../../driver-api/declarations.ts');
      return of === 'service' ? { fileName: 'fltservice.d.ts', text: serviceDeclarationsText() } : { fileName: 'fltkernel.d.ts', text: declarationsText() };
    },
    'conform.run': async ({ text }) => {
      const { runConformance } = await import('../../conformance/index.ts');
      const { results, subtotals } = runConformance(text);
      return {
        results: results.map((r) => ({ id: r.id, title: r.title, heading: r.heading, passed: r.passed, expected: r.expected, actual: r.actual, problem: r.problem ?? null })),
        subtotals,
      };
    },
  };
}

// The first name of a value is the one that is shown.
const statusNames = [...new Map(ntstatus.map(([name, value]) => [value, name] as const).reverse())].map(([value, name]) => ({ value, name }));

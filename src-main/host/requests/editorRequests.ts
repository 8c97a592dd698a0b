import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { CoverageService } from '../coverageService.ts';

export function editorRequests(coverage: CoverageService): Pick<RequestHandlers, 'drivers.fixes' | 'coverage.ofRun' | 'coverage.cancel'> {
  return {
    'drivers.fixes': async ({ source, findings }) => {
      const { fixesFor } = await import('../../engine-host/process.ts');
      return fixesFor(source, findings);
    },
    'coverage.ofRun': ({ runId }) => coverage.ofRun(runId),
    'coverage.cancel': () => {
      coverage.cancel();
      return {};
    },
  };
}

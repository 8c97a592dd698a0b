import type { ReportRequests, RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { CompareService } from '../compareService.ts';
import type { HostContext } from '../hostContext.ts';
import { findingReport } from '../report/findingReport.ts';
import { sessionName } from '../sessionInfo.ts';

export function reportRequests(context: HostContext, comparisons: CompareService): Pick<RequestHandlers, keyof ReportRequests> {
  return {
    'report.write': async ({ runId, comparison }) => ({
      fileName: `${sessionName(context.session.path)} report.md`,
      text: await findingReport(context, comparisons, runId, comparison),
    }),
  };
}

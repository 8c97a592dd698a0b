/**
 * The host: every service of the program behind one contract.
 *
 * A shell creates one, attaches a transport for each client and disposes it. Everything a client sees it gets by a request or
 * an event of src-preload/contract; nothing else of this folder is meant for shells.
 */
import {
  connectClient, serveClient, type EventMap, type EventName, type HostApi, type RequestHandlers, type Transport,
} from '../../src-preload/contract/index.ts';
import { CompareService } from './compareService.ts';
import { CoverageService } from './coverageService.ts';
import { DetectionService } from './detectionService.ts';
import { ExploreService } from './exploreService.ts';
import { FilterService } from './filterService.ts';
import { HostContext, isAlive } from './hostContext.ts';
import type { HostOptions } from './hostOptions.ts';
import { ImportService } from './importService.ts';
import { PairService } from './pairService.ts';
import { BranchService } from './branchService.ts';
import { appRequests } from './requests/appRequests.ts';
import { branchRequests } from './requests/branchRequests.ts';
import { breakpointRequests } from './requests/breakpointRequests.ts';
import { compareRequests } from './requests/compareRequests.ts';
import { contextRequests } from './requests/contextRequests.ts';
import { driverRequests } from './requests/driverRequests.ts';
import { editorRequests } from './requests/editorRequests.ts';
import { eventRequests } from './requests/eventRequests.ts';
import { exploreRequests } from './requests/exploreRequests.ts';
import { filterRequests } from './requests/filterRequests.ts';
import { inspectRequests } from './requests/inspectRequests.ts';
import { markRequests } from './requests/markRequests.ts';
import { operationRequests } from './requests/operationRequests.ts';
import { lifeRequests } from './requests/lifeRequests.ts';
import { pairRequests } from './requests/pairRequests.ts';
import { reportRequests } from './requests/reportRequests.ts';
import { runRequests } from './requests/runRequests.ts';
import { travelRequests } from './requests/travelRequests.ts';
import { sessionRequests } from './requests/sessionRequests.ts';
import { sequenceRequests } from './requests/sequenceRequests.ts';
import { shrinkRequests } from './requests/shrinkRequests.ts';
import { tallyRequests } from './requests/tallyRequests.ts';
import { traceRequests } from './requests/traceRequests.ts';
import { RunService } from './runService.ts';
import { TravelService } from './travelService.ts';
import { ShrinkService } from './shrinkService.ts';
import { SessionService } from './sessionService.ts';
import { TallyService } from './tallyService.ts';
import { inProcessPair } from './transports/inProcess.ts';
import { TemporaryFiles } from './temporaryFiles.ts';
import { UploadService } from './uploadService.ts';
import { ImportClient } from './workers/importClient.ts';

export type { HostOptions } from './hostOptions.ts';
export { differenceLine } from './differenceText.ts';
export { ntStatusName as ntStatusText } from '../nt/ntStatus.ts';
export { operationJson, stringifyJsonLine, ticksOfDate, timeText } from './operationJson.ts';
export { csvField } from './operationText.ts';
export { defaultDataFolder, programVersion, rendererFolder } from './places.ts';
export { webSocketTransport } from './transports/webSocket.ts';

export interface Host {
  readonly handlers: RequestHandlers;
  /** Serves a client until its transport closes. */
  readonly attach: (transport: Transport) => void;
  /** Tells every client. */
  readonly emit: <N extends EventName>(name: N, value: EventMap[N]) => void;
  /** A client within this process. */
  readonly connect: () => HostApi & { close(): void };
  readonly dispose: () => Promise<void>;
}

export async function createHost(options: HostOptions): Promise<Host> {
  const clients = new Set<{ emit: Host['emit'] }>();
  const emit: Host['emit'] = (name, value) => {
    for (const client of clients) client.emit(name, value);
  };
  const context = new HostContext(options, emit);
  const temporaryFiles = new TemporaryFiles(context.settings.uploadsFolder);
  temporaryFiles.tidy(isAlive);
  const uploads = new UploadService(temporaryFiles);
  const runs = new RunService(context);
  const branches = new BranchService(context, runs);
  const travel = new TravelService(context, runs);
  const pairs = new PairService(context);
  const explorations = new ExploreService(context);
  const comparisons = new CompareService(context);
  const shrinking = new ShrinkService(context, runs);
  const tallies = new TallyService(context);
  const filters = new FilterService(context);
  const coverage = new CoverageService(context);
  // Before another session is opened, what goes on in this one comes to an end.
  const endRun = async (): Promise<void> => {
    travel.dispose();
    await runs.stop();
    runs.reset();
    await explorations.reset();
    await comparisons.reset();
    await shrinking.reset();
    await tallies.reset();
    coverage.reset();
  };
  const sessions = new SessionService(context, async () => {
    await imports.stop();
    await pairs.stop(null);
    await endRun();
  });
  const importClient = new ImportClient();
  const imports = new ImportService(context, sessions, uploads, temporaryFiles, importClient);
  const detection = new DetectionService(context.queries, uploads, temporaryFiles, (name) => sessions.sampleFile(name));
  const handlers: RequestHandlers = {
    ...appRequests(context),
    ...sessionRequests(context, sessions),
    ...traceRequests(context, imports, detection, uploads),
    ...contextRequests(context, sessions, async (trace) => {
      await pairs.stop(trace);
      await endRun();
    }),
    ...pairRequests(pairs),
    ...operationRequests(context, filters),
    ...filterRequests(context, filters),
    ...lifeRequests(context),
    ...sequenceRequests(context),
    ...driverRequests(context, runs),
    ...breakpointRequests(context, runs),
    ...runRequests(context, runs),
    ...branchRequests(context, branches, runs),
    ...inspectRequests(runs, travel),
    ...travelRequests(runs, travel),
    ...eventRequests(context),
    ...exploreRequests(explorations),
    ...compareRequests(comparisons),
    ...markRequests(context),
    ...reportRequests(context, comparisons),
    ...shrinkRequests(shrinking),
    ...tallyRequests(tallies),
    ...editorRequests(coverage),
  };
  const attach = (transport: Transport): void => {
    const client = serveClient(transport, handlers);
    clients.add(client);
    transport.onClose(() => clients.delete(client));
  };
  await sessions.openAtStart();
  return {
    handlers,
    attach,
    emit,
    connect: () => {
      const [ours, theirs] = inProcessPair();
      attach(ours);
      return connectClient(theirs);
    },
    dispose: async () => {
      travel.dispose();
      await runs.stop();
      await explorations.reset();
      await comparisons.reset();
      await shrinking.reset();
      await tallies.reset();
      coverage.reset();
      await imports.stop();
      await pairs.stop(null);
      await importClient.dispose();
      uploads.dispose();
      await context.dispose();
    },
  };
}

import { copyFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandlers, SessionInfo } from '../../../src-preload/contract/index.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import type { SessionService } from '../sessionService.ts';
import { currentSessionInfo } from '../sessionInfo.ts';

type SessionRequests = Pick<
  RequestHandlers,
  'session.current' | 'session.open' | 'session.openSample' | 'session.saveAs' | 'session.trust' | 'session.create' | 'session.query'
>;

export function sessionRequests(context: HostContext, sessions: SessionService): SessionRequests {
  return {
    'session.current': () => currentSessionInfo(context),
    'session.open': ({ path: file }) => sessions.open(path.resolve(file)),
    'session.openSample': ({ name }) => sessions.openSample(name),
    'session.create': async ({ path: file, bundledDrivers, copyOf }) => {
      if (copyOf !== undefined) await sessions.openCopy(path.resolve(copyOf), file === null ? null : path.resolve(file));
      else if (file === null) await sessions.openTemporary('session', bundledDrivers);
      else if (existsSync(file)) await sessions.open(path.resolve(file));
      else await sessions.create(path.resolve(file), bundledDrivers);
      return currentSessionInfo(context);
    },
    'session.saveAs': ({ path: file }) => saveAs(context, sessions, path.resolve(file)),
    'session.trust': () => {
      const drivers = context.session.reader.stack.drivers();
      context.write(({ stack }) => {
        for (const driver of drivers) stack.setMac(driver.id, context.settings.sign(driver.name, driver));
      });
      return sessions.changed();
    },
    'session.query': ({ sql, limit, path: file }) =>
      context.queries.ask('sql', { session: file === undefined ? context.session.path : path.resolve(file), sql, limit: Math.min(limit, 1_000_000) }),
  };
}

async function saveAs(context: HostContext, sessions: SessionService, file: string): Promise<SessionInfo> {
  if (file === context.session.path) return currentSessionInfo(context);
  if (context.activeImport) throw hostErrors.importRunning();
  // SQLite writes the copy beside the target, so that an existing file is replaced by a whole one or not at all.
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  context.write((writer) => writer.copyTo(aside));
  copyFileSync(aside, file);
  rmSync(aside, { force: true });
  return sessions.open(file);
}

import type { BreakpointInfo, BreakpointProblem, BreakpointRequests, RequestHandlers } from '../../../src-preload/contract/index.ts';
import { assertExists } from '../../base/assert.ts';
import type { BreakpointSpec } from '../../debugger/breakpointSpec.ts';
import { readBreakpoint } from '../../debugger/readBreakpoint.ts';
import { alwaysStopAtViolation, ignoreViolation } from '../../debugger/violationAnswers.ts';
import { breakpointFile, readBreakpointFile, stored } from '../breakpointFiles.ts';
import { driverOf } from '../driverService.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import type { RunService } from '../runService.ts';
import { sessionName, storedBreakpoint } from '../sessionInfo.ts';

type BreakpointHandlers = Pick<RequestHandlers, keyof BreakpointRequests>;

export function breakpointRequests(context: HostContext, runs: RunService): BreakpointHandlers {
  const info = (id: number): BreakpointInfo => assertExists(runs.breakpoints.list().find((candidate) => candidate.id === id));
  const all = (): readonly { readonly id: number; readonly enabled: boolean; readonly spec: BreakpointSpec }[] =>
    context.session.reader.stack.breakpoints().flatMap((one) => {
      const spec = storedBreakpoint(one);
      return spec === null ? [] : [{ id: one.id, enabled: one.enabled, spec }];
    });
  const changed = async (): Promise<readonly BreakpointInfo[]> => {
    await runs.breakpointsChanged();
    return runs.breakpoints.list();
  };
  return {
    'breakpoints.list': () => runs.breakpoints.list(),
    'breakpoints.add': async ({ spec, enabled }) => {
      const sound = await settled(context, spec);
      const id = context.write(({ stack }) => stack.addBreakpoint(stored(enabled ?? true, sound)));
      await changed();
      return info(id);
    },
    'breakpoints.update': async ({ id, enabled, spec }) => {
      const before = context.session.reader.stack.breakpoints().find((candidate) => candidate.id === id);
      if (!before) throw hostErrors.noBreakpoint(id);
      const sound = spec === undefined ? storedBreakpoint(before) : await settled(context, spec);
      if (sound?.dependsOn === id) throw hostErrors.breakpoint('A breakpoint cannot wait for itself; choose another one.');
      if (spec !== undefined) runs.breakpoints.forgetMessage(id);
      context.write(({ stack }) => stack.updateBreakpoint(id, sound === null ? { ...before, enabled: enabled ?? before.enabled } : stored(enabled ?? before.enabled, sound)));
      await changed();
      return info(id);
    },
    'breakpoints.remove': async ({ id }) => {
      runs.breakpoints.remove([id]);
      await changed();
      return {};
    },
    'breakpoints.check': async ({ spec }) => ({ problem: await problemOf(spec) }),
    'breakpoints.setGroupEnabled': ({ group, enabled }) => {
      const own = all().filter(({ spec }) => group === null || spec.group === group);
      context.write(({ stack }) => own.forEach(({ id, spec }) => stack.updateBreakpoint(id, stored(enabled, spec))));
      return changed();
    },
    'breakpoints.export': () => ({ fileName: `${sessionName(context.session.path)}.breakpoints.json`, text: breakpointFile(all(), context.session.reader.stack.drivers()) }),
    'breakpoints.import': async ({ text }) => {
      const { breakpoints, left } = readBreakpointFile(text, context.session.reader.stack.drivers());
      const wrong = [...left];
      const ids = new Map<number, number>();
      const placed: { position: number; id: number }[] = [];
      const added: { readonly id: number; readonly enabled: boolean; readonly spec: BreakpointSpec }[] = [];
      for (const { position, id: before, enabled, spec } of breakpoints) {
        const problem = await problemOf(spec);
        if (problem !== null) {
          wrong.push(`Breakpoint ${position}: ${problem.message}`);
          continue;
        }
        const id = context.write(({ stack }) => stack.addBreakpoint(stored(enabled, { ...spec, dependsOn: null })));
        if (before !== null) ids.set(before, id);
        placed.push({ position, id });
        added.push({ id, enabled, spec });
      }
      for (const { id, enabled, spec } of added) {
        const dependsOn = spec.dependsOn === null ? null : (ids.get(spec.dependsOn) ?? null);
        if (dependsOn !== null) context.write(({ stack }) => stack.updateBreakpoint(id, stored(enabled, { ...spec, dependsOn })));
      }
      await changed();
      return { added: added.length, placed, left: wrong };
    },
    'breakpoints.answer': ({ violation, severity, driver, answer }) => {
      const answered = { id: violation, severity, driver: context.session.reader.stack.drivers().find(({ name }) => name === driver) ?? null };
      const after = answer === 'ignore' ? { changed: ignoreViolation(answered, all()), added: null } : alwaysStopAtViolation(answered, all());
      context.write(({ stack }) => {
        for (const { id, enabled, spec } of after.changed) stack.updateBreakpoint(id, stored(enabled, spec));
        if (after.added !== null) stack.addBreakpoint(stored(true, after.added));
      });
      return changed();
    },
    'breakpoints.whenBroken': async ({ stop, keep }) => {
      if (stop !== undefined) await runs.stopWhenBroken(stop, keep === true);
      return { stop: context.stopsWhenBroken };
    },
    'breakpoints.logs': () => runs.breakpoints.logs(),
  };
}

/** What is sent is looked at like what comes from a file. */
async function settled(context: HostContext, draft: unknown): Promise<BreakpointSpec> {
  const read = readBreakpoint(draft);
  if (read.kind === 'problem') throw hostErrors.breakpoint(read.message);
  if (read.spec.driverId !== null) driverOf(context, read.spec.driverId);
  const problem = await problemOf(read.spec);
  if (problem !== null) throw hostErrors.breakpoint(problem.message);
  return read.spec;
}

async function problemOf(draft: unknown): Promise<BreakpointProblem | null> {
  const read = readBreakpoint(draft);
  if (read.kind === 'problem') return { message: read.message, member: null, column: null };
  const { condition, logMessage, at } = read.spec;
  if (at.kind === 'api') {
    const { unknownRoutines } = await import('../../engine-host/process.ts');
    const [unknown] = await unknownRoutines(at.routine);
    if (unknown !== undefined) return { message: `There is no routine “${unknown}” in the driver API; write a name as in the WDK, e.g. FltReadFile or ExAllocatePool2, or a pattern such as Flt*Context.`, member: null, column: null };
  }
  if (condition === '' && !logMessage.includes('{')) return null;
  const { checkBreakpointCode } = await import('../../engine-host/process.ts');
  const inCondition = await checkBreakpointCode(condition, '', at.kind === 'line');
  if (inCondition !== null) return { ...inCondition, member: 'condition' };
  const inMessage = await checkBreakpointCode('', logMessage, at.kind === 'line');
  return inMessage === null ? null : { ...inMessage, member: 'logMessage' };
}

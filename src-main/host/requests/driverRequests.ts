import type { DriverInfo, RequestHandlers } from '../../../src-preload/contract/index.ts';
import { withItsBreakpoints } from '../breakpointLines.ts';
import { addBundledDriver, addDriver, driverOf, restoreDriver, updateDriver } from '../driverService.ts';
import type { HostContext } from '../hostContext.ts';
import { driverProblem, driverSource } from '../runMaterial.ts';
import type { RunService } from '../runService.ts';
import { driverInfo } from '../sessionInfo.ts';

type DriverRequests = Pick<
  RequestHandlers,
  'drivers.list' | 'drivers.create' | 'drivers.add' | 'drivers.bundled' | 'drivers.addBundled' | 'drivers.update' | 'drivers.remove' | 'drivers.restore' | 'drivers.check'
>;

export function driverRequests(context: HostContext, runs: RunService): DriverRequests {
  const list = (): DriverInfo[] => context.session.reader.stack.drivers().map((driver) => driverInfo(context.session.reader, driver));
  const changed = <T>(result: T): T => {
    context.emit('drivers.changed', list());
    return result;
  };
  return {
    'drivers.list': list,
    'drivers.create': ({ name, altitude, template }) => {
      const manifest = JSON.stringify({ service: name, description: '', altitude }, null, 2);
      const source = context.bundled.template(template).replaceAll('__NAME__', name);
      return changed(addDriver(context, { name, altitude, source, files: [], service: '', manifest, enabled: true, bundled: false }));
    },
    'drivers.add': ({ name, source, files = [], service = '', manifest, altitude, enabled }) =>
      changed(addDriver(context, { name, source, files, service, manifest, enabled, altitude: altitude === '' ? null : altitude, bundled: false })),
    'drivers.bundled': () => context.bundled.names().map((name) => {
      const { description, altitude } = context.bundled.get(name);
      return { name, description, altitude };
    }),
    'drivers.addBundled': ({ name, altitude, enabled }) => changed(addBundledDriver(context, name, altitude, enabled)),
    'drivers.update': async ({ id, breakpoints, ...fields }) => {
      const update = (): DriverInfo => changed(updateDriver(context, id, fields));
      return breakpoints === 'stay' ? update() : withItsBreakpoints(context, runs, id, update);
    },
    'drivers.remove': async ({ id }) => {
      driverOf(context, id);
      context.write(({ stack }) => stack.removeDriver(id));
      // It has taken its breakpoints with it.
      await runs.breakpointsChanged();
      return changed({});
    },
    'drivers.restore': ({ id }) => withItsBreakpoints(context, runs, id, () => changed(restoreDriver(context, id))),
    'drivers.check': async ({ id, ...contents }) => {
      const driver = driverOf(context, id);
      const { checkDrivers } = await import('../../engine-host/process.ts');
      const problems = await checkDrivers([{ ...driverSource(driver), ...contents }]);
      return problems.map(driverProblem);
    },
  };
}

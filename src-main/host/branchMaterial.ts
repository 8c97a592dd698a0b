/** What a branch is made of: the material of its parent with some changes. */
import type { BranchChange } from '../../src-preload/contract/index.ts';
import { settleAssumptions } from '../engine/index.ts';
import type { CheckedAgainst } from '../replay/overlays/index.ts';
import { settleRunSettings } from '../replay/runSettings.ts';
import type { SessionReader, StoredDriver } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import { addOverlay } from './overlayChecks.ts';
import type { RunMaterial } from './storedRuns.ts';

export interface BranchGround {
  readonly reader: SessionReader;
  readonly against: CheckedAgainst;
  /** The operation from which on changes of code hold; null: the first. */
  readonly from: number | null;
}

export function branchMaterial(parent: RunMaterial, changes: readonly BranchChange[], ground: BranchGround): RunMaterial {
  return changes.reduce((material, change) => changed(material, change, ground), parent);
}

function changed(material: RunMaterial, change: BranchChange, { reader, against, from }: BranchGround): RunMaterial {
  switch (change.kind) {
    case 'overlay': return { ...material, plan: { ...material.plan, overlays: addOverlay(material.plan.overlays, change.overlay, against) } };
    case 'seed': return { ...material, seed: change.seed };
    case 'settings': {
      const { settings, problems: [problem] } = settleRunSettings({ ...material.settings, ...change.settings });
      if (problem !== undefined) throw hostErrors.assumption(problem);
      return { ...material, settings };
    }
    case 'assumption': {
      const assumptions = { ...material.assumptions, [change.id]: change.word };
      const [problem] = settleAssumptions(assumptions).problems;
      if (problem !== undefined) throw hostErrors.assumption(problem);
      return { ...material, assumptions };
    }
    case 'stack': return { ...material, drivers: reader.stack.drivers().filter(({ enabled }) => enabled) };
    case 'driver': return withVersion(material, versionOf(reader, change.driver, change.version), from);
  }
}

function versionOf(reader: SessionReader, id: number, version: number | null): StoredDriver {
  const driver = version === null ? reader.stack.driver(id) : reader.stack.driverVersion(id, version);
  if (driver === undefined) throw version === null ? hostErrors.noDriver(id) : hostErrors.noVersion(id, version);
  return driver;
}

function withVersion(material: RunMaterial, { id, version, source, files, service, mac, name }: StoredDriver, from: number | null): RunMaterial {
  if (!material.drivers.some((driver) => driver.id === id)) throw hostErrors.overlay(`${name} is not in this run: choose a driver of its stack, or run from the start.`);
  if (from === null) return { ...material, drivers: material.drivers.map((driver) => (driver.id === id ? { ...driver, version, source, files, service, mac } : driver)) };
  const switches = [...material.plan.switches.filter((one) => one.driver !== id || one.from !== from), { from, driver: id, version }].sort((a, b) => a.from - b.from);
  return { ...material, plan: { ...material.plan, switches } };
}

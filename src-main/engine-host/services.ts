/**
 * The programs at the other end of the drivers' communication ports: service scripts, each in a realm of its own.
 *
 * Source: driver-api-usage.md 5.6, 5.7, 5.10. A script that throws is a program that crashes: its handles close, and the run ends after
 * the operation under way, with the script's line.
 */
import { seededRandom } from '../base/seededRandom.ts';
import type { DriverWorld, ObjectNumbers } from '../driver-api/driverWorld.ts';
import { createServiceGlobals } from '../driver-api/service/serviceGlobals.ts';
import { ServiceProcess } from '../driver-api/service/serviceProcess.ts';
import type { Engine, PEPROCESS } from '../engine/index.ts';
import { textHash } from '../replay/eventHash.ts';
import { scriptLine } from './callSite.ts';
import type { CheckedScript } from './loader.ts';
import { DriverRealm } from './realm.ts';
import type { ServiceSource } from './serviceSource.ts';

export interface ServicesWorld {
  readonly engine: Engine;
  readonly objects: ObjectNumbers;
  readonly seed: number;
  readonly startTime: bigint;
  readonly processNamed: (name: string) => PEPROCESS | null;
  readonly idInUse: (id: number) => boolean;
  /** A line of output, from a line of a script. */
  readonly print: (text: string, script: ServiceSource, line: number) => void;
}

/** Ids that no trace has: they grow upwards from here, by 4 as Windows counts. */
const firstId = 0x10000;

export class Services {
  readonly #world: ServicesWorld;
  readonly #programs: ServiceProcess[] = [];
  #id = firstId;
  /** What a script threw; the first one counts. */
  failure: unknown = null;

  constructor(world: ServicesWorld) {
    this.#world = world;
  }

  /** Runs a script's top level. Throws what that throws. */
  load(script: ServiceSource, checked: CheckedScript): void {
    const { engine, objects, seed, startTime, print, processNamed } = this.#world;
    const say = (text: string): void => print(text, script, scriptLine(checked.url));
    const program = new ServiceProcess({
      engine, objects, processName: `${script.driver.name}.exe`, findProcess: processNamed, nextId: () => this.#nextId(), print: say, crashed: (error) => {
        this.failure ??= error;
      },
    });
    const world: DriverWorld = { engine, objects, seed, startTime, now: () => engine.time, print: say, fileName: () => null };
    const realm = new DriverRealm({ globals: createServiceGlobals(program, world), now: world.now, random: seededRandom(seed ^ textHash(script.name)), print: say });
    realm.runTopLevel(checked);
    this.#programs.push(program);
  }

  /** The drivers are there: programs begin. */
  begin(): void {
    for (const program of this.#programs) program.begin();
    if (this.#programs.length > 0) this.#world.engine.settle();
  }

  #nextId(): number {
    do this.#id += 4; while (this.#world.idInUse(this.#id));
    return this.#id;
  }
}

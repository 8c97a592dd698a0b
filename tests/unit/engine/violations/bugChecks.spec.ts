/** Every bug check of the catalogue: its code and parameter, and that the run stops at the driver's line (filter-manager-core.md section 8; bug-check-0xf5). */
import { describe, expect, it } from 'vitest';
import { BugCheck, FILE_OBJECT, type FLT_CALLBACK_DATA, type FLT_FILE_NAME_INFORMATION, type FLT_RELATED_OBJECTS, type FLT_REGISTRATION, type Ref } from '../../../../src-main/engine/index.ts';
import { violationKinds } from '../../../../src-main/engine/violations/index.ts';
import {
  FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_QUERY_DEFAULT, FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_STREAM_CONTEXT, FO_HANDLE_CREATED,
  IRP_MJ_CREATE, IRP_MJ_WRITE,
} from '../../../../src-main/nt/values.generated.ts';
import { contextRig, type ContextRig } from '../../../support/engine/contextRig.ts';

/** Code of a driver whose lines are numbered: the mistake is on line 40, and what comes after it on line 50. */
class Driver {
  line = 0;
  reached: number[] = [];

  at<T>(line: number, body: () => T): T {
    this.line = line;
    this.reached.push(line);
    const value = body();
    this.line = 0;
    return value;
  }
}

interface Case {
  readonly id: string;
  readonly parameter1: number;
  readonly registration?: (rig: () => ContextRig, driver: Driver) => FLT_REGISTRATION;
  readonly run: (rig: ContextRig, driver: Driver) => unknown;
}

const outside = (body: (rig: ContextRig, driver: Driver) => void) => (rig: ContextRig, driver: Driver): void => {
  rig.as('A', () => {
    body(rig, driver);
    driver.at(50, () => undefined);
  });
};

const inWrite = (body: (rig: ContextRig, driver: Driver, data: FLT_CALLBACK_DATA) => void) => (rig: () => ContextRig, driver: Driver): FLT_REGISTRATION => ({
  OperationRegistration: [[IRP_MJ_WRITE, 0, (data: FLT_CALLBACK_DATA) => {
    body(rig(), driver, data);
    driver.at(50, () => undefined);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]],
});

const write = (rig: ContextRig): unknown => rig.io(IRP_MJ_WRITE, rig.open('\\f'), { member: 'Write' });

const cases: readonly Case[] = [
  {
    // The return statement is the mistake: nothing of the driver runs after it.
    id: 'FV-003', parameter1: 0x66,
    registration: (_rig, driver) => ({ OperationRegistration: [[IRP_MJ_WRITE, 0, () => driver.at(40, () => FLT_PREOP_SUCCESS_WITH_CALLBACK)]] }),
    run: write,
  },
  {
    id: 'FV-050', parameter1: 0x6a,
    registration: (rig, driver) => ({
      OperationRegistration: [[IRP_MJ_CREATE, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, (_data: FLT_CALLBACK_DATA, objects: FLT_RELATED_OBJECTS) => {
        driver.at(40, () => rig().call('FltCancelFileOpen', objects.Instance, objects.FileObject));
        driver.at(50, () => undefined);
        return FLT_POSTOP_FINISHED_PROCESSING;
      }]],
    }),
    run: (rig) => rig.io(IRP_MJ_CREATE, new FILE_OBJECT({ id: 'fo7', volume: 'V1', name: '\\f', flags: FO_HANDLE_CREATED }), { member: 'Create', values: {} }),
  },
  {
    id: 'FV-130', parameter1: 0x68,
    registration: inWrite((rig, driver, data) => {
      const box: Ref<FLT_FILE_NAME_INFORMATION | null> = { value: null };
      rig.call('FltGetFileNameInformation', data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, box);
      driver.at(30, () => rig.call('FltReleaseFileNameInformation', box.value));
      driver.at(40, () => rig.call('FltReleaseFileNameInformation', box.value));
    }),
    run: write,
  },
  {
    id: 'FV-131', parameter1: 0x6d,
    run: (rig, driver) => {
      const context = rig.allocate('A', FLT_STREAM_CONTEXT);
      const file = rig.open('\\f');
      outside((one) => {
        one.call('FltSetStreamContext', one.instance('A').handle, file, 1, context, null);
        driver.at(30, () => one.call('FltReleaseContext', context));
        driver.at(40, () => one.call('FltReleaseContext', context));
      })(rig, driver);
    },
  },
  {
    id: 'FV-132', parameter1: 0x6e,
    run: (rig, driver) => {
      const context = rig.allocate('A', FLT_STREAM_CONTEXT);
      outside((one) => {
        driver.at(30, () => one.call('FltReleaseContext', context));
        driver.at(40, () => one.call('FltReferenceContext', context));
      })(rig, driver);
    },
  },
];

const codeF5 = 0xf5;

describe('bug checks', () => {
  it('are all here', () => expect(cases.map(({ id }) => id)).toEqual([...violationKinds.values()].filter(({ severity }) => severity === 'B').map(({ id }) => id)));

  it.each(cases)('$id stops the run at the line that caused it, with 0xF5 and parameter 1 as predicted', ({ id, parameter1, registration, run }) => {
    const driver = new Driver();
    const box: { rig: ContextRig | null } = { rig: null };
    const theRig = (): ContextRig => {
      if (box.rig === null) throw new Error('no rig yet');
      return box.rig;
    };
    const site = (line: number) => ({ driver: 'A', line, column: 1 });
    box.rig = contextRig({ A: { altitude: '320000', contexts: [[FLT_STREAM_CONTEXT, 8]], ...(registration === undefined ? {} : { registration: registration(theRig, driver) }) } }, {
      callSite: () => (driver.line === 0 ? null : site(driver.line)), routineSite: () => site(40),
    });
    const rig = box.rig;
    let thrown: unknown = null;
    try {
      run(rig, driver);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BugCheck);
    expect(thrown).toMatchObject({ code: codeF5, parameter1, violation: id, site: { driver: 'A', line: 40 } });
    expect(driver.reached.at(-1), 'nothing of the driver runs after it').toBe(40);
    expect(rig.violationIds()).toEqual([id]);
    expect(rig.violations[0]).toMatchObject({ severity: 'B', site: { line: 40 } });
    expect(rig.events.at(-1)).toMatchObject({ kind: 'bugcheck', code: codeF5, parameter1, site: { line: 40 } });
    // The system has stopped: nothing more can be issued.
    expect(() => write(rig)).toThrow(BugCheck);
  });
});

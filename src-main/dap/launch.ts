/** What a launch configuration says. */
import path from 'node:path';
import { runSettingWords, type HostApi, type RequestParams, type RunSettings } from '../../src-preload/contract/index.ts';
import { flag, members, optionalText, optionalWholeNumber, text, texts, word } from './arguments.ts';
import { dapErrors } from './errors.ts';
import type { Arguments } from './protocol.ts';

export interface Launch {
  /** Trace file, session, or name of a bundled sample. */
  readonly program: string;
  /** `NAME`, `FILE.ts`, either with `@ALTITUDE`; none: the session's own stack. */
  readonly drivers: readonly string[];
  /** Where relative paths start; null: where the adapter runs. */
  readonly cwd: string | null;
  /** Where trace, drivers and runs are kept; null: gone at the end. */
  readonly session: string | null;
  readonly trust: boolean;
  readonly stopOnEntry: boolean;
  /** Look back from the end instead of ending the session there. */
  readonly stopAtEnd: boolean;
  readonly noDebug: boolean;
  readonly run: Omit<RequestParams<'run.start'>, 'traceId' | 'stopOnEntry' | 'breakpoints'>;
}

/** What the launch has made: the trace to replay, and from which files its drivers were read. */
export interface Prepared {
  readonly traceId: number;
  /** By the driver's number. */
  readonly files: ReadonlyMap<number, string>;
}

/** A host that the session speaks to. */
export interface SessionHost {
  readonly api: HostApi;
  dispose(): Promise<void>;
}

/** Opens what a launch names. The command line has these, for `run` as for this. */
export interface LaunchSteps {
  prepare(api: HostApi, launch: Launch): Promise<Prepared>;
  /** Reads the files of the drivers again: they may have been edited since. */
  reread(api: HostApi, files: ReadonlyMap<number, string>): Promise<void>;
  /** Reaches a workbench that runs already; `closed`: it has gone. */
  attach(address: string, closed: () => void): Promise<SessionHost>;
}

export function parseLaunch(args: Arguments): Launch {
  const cwd = optionalText(args, 'cwd', '/home/me/filters');
  const contents = optionalText(args, 'unknownFolder', './contents');
  return {
    program: text(args, 'program', 'first-light'),
    drivers: texts(args, 'drivers', '["statusWatch", "./mine.ts@328010"]'),
    cwd,
    session: optionalText(args, 'session', 'finding.fltreplay'),
    trust: flag(args, 'trust'),
    stopOnEntry: flag(args, 'stopOnEntry'),
    stopAtEnd: flag(args, 'stopAtEnd'),
    noDebug: flag(args, 'noDebug'),
    run: {
      firstOperation: optionalWholeNumber(args, 'firstOperation'),
      where: optionalText(args, 'where', 'operation = ReadFile'),
      schedule: optionalText(args, 'schedule', 'seed=7/4'),
      ...seedOf(args),
      settings: settingsOf(args),
      unknownFolder: contents === null ? null : path.resolve(cwd ?? '.', contents),
      assumptions: assumptionsOf(args['assume']),
    },
  };
}

function seedOf(args: Arguments): { seed?: number } {
  const seed = optionalWholeNumber(args, 'seed');
  return seed === null ? {} : { seed };
}

function settingsOf(args: Arguments): Partial<RunSettings> {
  const answers = word(args, 'answers', runSettingWords.answers);
  const completion = word(args, 'completion', runSettingWords.completion);
  const unknownBytes = word(args, 'unknownBytes', runSettingWords.unknownBytes);
  return { ...(answers !== null && { answers }), ...(completion !== null && { completion }), ...(unknownBytes !== null && { unknownBytes }) };
}

const assumeExample = '{ "R-5.15": "oldest-first" }';

/** An object, or a list of `NAME=VALUE` as on the command line. */
function assumptionsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(members(value, 'assume', assumeExample)).map(([name, one]) => {
      if (typeof one !== 'string') throw dapErrors.argument('assume', 'an object of texts', assumeExample);
      return [name, one] as const;
    }));
  }
  return Object.fromEntries(value.map((one: unknown) => {
    const match = typeof one === 'string' ? /^([^=]+)=(.*)$/.exec(one) : null;
    if (match === null) throw dapErrors.argument('assume', 'an object, or a list of NAME=VALUE', assumeExample);
    return [match[1] ?? '', match[2] ?? ''] as const;
  }));
}

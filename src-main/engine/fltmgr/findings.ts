/** Violations found when a callback returns: collected, then told in ascending order of their ids (filter-manager-core.md 9.1). */
import type { CallSite } from '../observer.ts';
import type { Core } from './core.ts';
import type { Instance } from './instance.ts';
import type { Operation } from './operation.ts';
import { causeOf, returnSite } from './violationSites.ts';

type Words = Readonly<Record<string, string>>;

export class Findings {
  readonly #found: { readonly id: string; readonly words: Words; readonly rule: string | null }[] = [];

  /** `rule`: which of the violation's rules, where it is not the first. */
  add(id: string, words: Words = {}, rule: string | null = null): void {
    this.#found.push({ id, words, rule });
  }

  /** `returned`: what the callback returned, or what the operation was handed back with. */
  report(core: Core, instance: Instance, operation: Operation, returned: unknown): void {
    if (this.#found.length === 0) return;
    this.#found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    for (const { id, words, rule } of this.#found) core.violate(id, { filter: instance.filter, instance, operation }, words, Findings.siteOf(core, instance, operation, id, words, returned), rule);
  }

  /** The line that caused it; else that of the call that hands the operation back, or of the callback that has returned. */
  static siteOf(core: Core, instance: Instance, operation: Operation, id: string, words: Words, returned: unknown): CallSite | null {
    const cause = causeOf(operation, instance, id, words);
    if (cause !== null) return cause;
    const isCalling = core.activation !== null && core.activation.filter === instance.filter;
    return (isCalling ? core.site() : null) ?? returnSite(core, operation, instance.filter, id, returned);
  }
}

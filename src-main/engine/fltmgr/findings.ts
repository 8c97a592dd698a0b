/** Violations found when a callback returns: collected, then told in ascending order of their ids (filter-manager-core.md 9.1). */
import type { CallSite } from '../observer.ts';
import type { Core } from './core.ts';
import type { Instance } from './instance.ts';
import type { Operation } from './operation.ts';

export class Findings {
  readonly #found: { readonly id: string; readonly words: Readonly<Record<string, string>> }[] = [];

  add(id: string, words: Readonly<Record<string, string>> = {}): void {
    this.#found.push({ id, words });
  }

  report(core: Core, instance: Instance, operation: Operation): void {
    if (this.#found.length === 0) return;
    this.#found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    for (const { id, words } of this.#found) core.violate(id, { filter: instance.filter, instance, operation }, words, changeSite(operation, instance, words['fields']));
  }
}

/** Where the filter last wrote one of the fields that a finding names; null for findings about something else, or where writes are not tracked. */
function changeSite(operation: Operation, instance: Instance, fields: string | undefined): CallSite | null {
  if (fields === undefined) return null;
  const named = fields.split(', ');
  return operation.iopbHistory.findLast((change) => change.by === instance.filter.name && change.site !== null && named.includes(change.field))?.site ?? null;
}

import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { AppInfo, MajorInfo } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { StatusNames } from '../formatting/status.ts';

/** What the program tells once: names of statuses and major functions, its version, the driver declarations. */
export const useVocabulary = defineStore('vocabulary', () => {
  const app = shallowRef<AppInfo | null>(null);
  const majors = shallowRef<readonly MajorInfo[]>([]);
  const statuses = shallowRef(new StatusNames([]));
  const declarations = shallowRef<{ fileName: string; text: string } | null>(null);
  /** Of service scripts; asked for when there is one. */
  const serviceDeclarations = shallowRef<{ fileName: string; text: string } | null>(null);

  async function load(): Promise<void> {
    const [info, majorList, statusList, text] = await Promise.all([
      host().request('app.info', {}),
      host().request('app.majors', {}),
      host().request('app.statuses', {}),
      host().request('app.declarations', {}),
    ]);
    app.value = info;
    majors.value = majorList;
    statuses.value = new StatusNames(statusList);
    declarations.value = text;
  }

  async function refreshApp(): Promise<void> {
    app.value = await host().request('app.info', {});
  }

  async function loadServiceDeclarations(): Promise<void> {
    serviceDeclarations.value ??= await host().request('app.declarations', { of: 'service' });
  }

  return { app, majors, statuses, declarations, serviceDeclarations, load, loadServiceDeclarations, refreshApp };
});

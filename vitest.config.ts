import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// Nothing in these tests outlives a file but what modules make once: they share a process, and load what they test once for all.
const sharing = [
  'base', 'nt', 'engine', 'filesystem', 'trace', 'driver-api', 'conformance', 'replay', 'whatif', 'compare', 'debugger', 'session', 'shrink', 'contract',
  'renderer/stores', 'renderer/workbench', 'renderer/components', 'renderer/formatting',
].map((folder) => `tests/unit/${folder}/**/*.{spec,test}.ts`);

export default defineConfig({
  plugins: [vue()],
  test: {
    maxWorkers: 2,
    env: { TZ: 'UTC', LANG: 'en_US.UTF-8' },
    projects: [
      { extends: true, test: { name: 'shared', include: sharing, environment: 'node', pool: 'forks', isolate: false, testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['tests/{unit,contract,architecture,golden,conformance}/**/*.{spec,test}.ts'],
          exclude: sharing,
          environment: 'node',
          // Forks and not threads: the tests of session/ and engine-host/ load native code and start children of their own.
          pool: 'forks',
          // Hooks start hosts and children: on a busy machine that takes its time.
          testTimeout: 20_000,
          hookTimeout: 60_000,
          globalSetup: ['tests/support/bundleForTests.ts'],
        },
      },
    ],
  },
});

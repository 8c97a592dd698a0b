import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['tests/{unit,contract,architecture,golden,conformance}/**/*.{spec,test}.ts'],
    environment: 'node',
    // Forks and not threads: the tests of session/ and engine-host/ load native code and start children of their own.
    pool: 'forks',
    maxWorkers: 2,
    // Hooks start hosts and children: on a busy machine that takes its time.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/support/bundleForTests.ts'],
    env: { TZ: 'UTC', LANG: 'en_US.UTF-8' },
  },
});

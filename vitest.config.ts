import path from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const cache = path.join(import.meta.dirname, 'node_modules', '.cache');

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
    // Many tests start the program from its sources: Node strips their types once and not each time.
    env: { TZ: 'UTC', LANG: 'en_US.UTF-8', NODE_COMPILE_CACHE: path.join(cache, 'compile'), FLTREPLAY_ENGINE_HOST_CACHE: path.join(cache, 'compile-engine-host') },
  },
});

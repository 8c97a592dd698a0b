import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import vuePlugin from 'eslint-plugin-vue';
import type { Linter } from 'eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { importTable, packageHomes, transportHomes, type Row } from './scripts/lib/importTable.ts';

const root = path.dirname(fileURLToPath(import.meta.url));

// ---------------------------------------------------------------------------------------------------------------------
// The import table, expanded

type Rules = NonNullable<Linter.Config['rules']>;
type Zone = { target: string; from: string | string[]; except?: string[]; message: string };
type RestrictedImport = { name: string; importNames?: string[]; message: string };
type RestrictedPattern = { regex: string; message: string; allowTypeImports?: boolean };

const isWithin = (place: string, folder: string): boolean => place === folder || place.startsWith(`${folder}/`);

function filesOf(folder: string): string[] {
  return /\.\w+$/.test(folder) ? [folder] : [`${folder}/**/*.{ts,vue}`];
}

// A zone says: from anywhere in the project, except what the row names. Packages are not its business.
function zonesOf(row: Row): Zone[] {
  const list = row.mayImport.length === 0 ? 'nothing of ours' : `only ${row.mayImport.join(', ')}`;
  const own: Zone = {
    target: row.folder,
    from: '.',
    except: [row.folder, ...row.mayImport, ...(row.typesOnly ?? []), 'node_modules'],
    message: `${row.folder} may import ${list}. ${row.instead}`,
  };
  const inner = (row.layers ?? []).map((layer): Zone => ({
    target: `${row.folder}/${layer.part}`,
    from: layer.mayNotImport.map((part) => `${row.folder}/${part}`),
    message: `${row.folder}/${layer.part} comes before ${layer.mayNotImport.join(' and ')}: let the later part install itself through a hook or hand in an interface.`,
  }));
  return [own, ...inner];
}

const nodeModuleNames = builtinModules.filter((name) => !name.startsWith('_'));

function restrictedImportsOf(row: Row, place: string, isTransport: boolean): { paths: RestrictedImport[]; patterns: RestrictedPattern[] } {
  const paths: RestrictedImport[] = [];
  const patterns: RestrictedPattern[] = [];
  if (row.environment === 'pure' || row.environment === 'dom') {
    const message = row.environment === 'pure'
      ? `${row.folder} is pure: it may not use Node. Take what you need through an interface of a few methods that a Node folder implements.`
      : `${row.folder} runs in a sandboxed page without Node: ask the host through the contract.`;
    patterns.push({ regex: '^node:', message });
    paths.push(...nodeModuleNames.map((name) => ({ name, message })));
  }
  if (row.environment !== 'electron') {
    patterns.push({ regex: '^electron($|/)', message: 'Only src-main/shell-electron and src-preload/preload.ts may use Electron: offer it as a member of ShellApi in the contract.' });
  } else if (!isTransport) {
    paths.push({ name: 'electron', importNames: ['ipcMain', 'ipcRenderer', 'MessageChannelMain'], message: transportMessage });
  }
  for (const [name, home] of Object.entries(packageHomes)) {
    if (!home.folders.some((folder) => isWithin(place, folder))) {
      patterns.push({ regex: `^${name}($|/)`, message: home.message });
    }
  }
  for (const folder of row.typesOnly ?? []) {
    patterns.push({ regex: `/${path.posix.basename(folder)}/`, allowTypeImports: true, message: `${row.folder} may take only types from ${folder}: write "import type".` });
  }
  return { paths, patterns };
}

const transportMessage = 'Messages go through a Transport of the contract: only transports may touch ipcMain, ipcRenderer, message ports and sockets.';
const rawTransports = ['MessagePort', 'MessageChannel', 'BroadcastChannel', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

const timeMessage = 'Pure code has no clock of its own: take the simulated clock or a time from the caller.';
const chanceMessage = 'Pure code has no chance of its own: take the seeded random source from the caller.';
const pureMessage = 'Pure code knows neither Node nor a page: take it from the caller through an interface.';

const pureGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask', 'requestAnimationFrame', 'performance']
    .map((name) => ({ name, message: timeMessage })),
  ...['crypto'].map((name) => ({ name, message: chanceMessage })),
  ...['process', 'Buffer', 'global', 'globalThis', 'require', 'console', 'window', 'document', 'navigator', 'localStorage', 'sessionStorage', 'fetch', 'Worker', '__dirname', '__filename']
    .map((name) => ({ name, message: pureMessage })),
];

const localTime = ['getFullYear', 'getMonth', 'getDate', 'getDay', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds', 'getTimezoneOffset'];
const pureProperties = [
  { object: 'Date', property: 'now', message: timeMessage },
  { object: 'Math', property: 'random', message: chanceMessage },
  ...localTime.map((property) => ({ property, message: 'The machine\'s time zone is not ours: use the UTC form.' })),
  ...['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'localeCompare']
    .map((property) => ({ property, message: 'The machine\'s locale is not ours: format and compare explicitly.' })),
];

const syntaxEverywhere = [
  { selector: ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression)[source.value=/^\\.\\.?\\u002F(.*\\u002F)?[^.\\u002F]+$/]', message: 'Write the file\'s extension in the import ("./name.ts"): Node runs the sources as they are.' },
  { selector: 'TSEnumDeclaration', message: 'No enums: use a union of strings, or a const object.' },
  { selector: 'TSModuleDeclaration[declare!=true]', message: 'No namespaces: a file is a module.' },
];
const syntaxPure = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: timeMessage },
  { selector: 'CallExpression[callee.name="Date"]', message: timeMessage },
];

// ---------------------------------------------------------------------------------------------------------------------
// Rules for everything

const coreRules: Rules = {
  'no-var': 'error', 'prefer-const': ['error', { destructuring: 'all' }], eqeqeq: ['error', 'always'], 'no-debugger': 'error', 'no-dupe-keys': 'error',
  'no-duplicate-case': 'error', 'no-fallthrough': 'error', 'no-self-assign': 'error', 'no-self-compare': 'error', 'no-unsafe-finally': 'error',
  'no-cond-assign': 'error', 'use-isnan': 'error', 'valid-typeof': 'error', 'no-unreachable': 'error', 'no-constant-condition': ['error', { checkLoops: false }],
  'no-empty': ['error', { allowEmptyCatch: true }], 'no-irregular-whitespace': 'error', 'no-loss-of-precision': 'error', 'no-sparse-arrays': 'error',
  'no-unsafe-optional-chaining': 'error', 'no-useless-escape': 'error', 'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error', 'no-script-url': 'error',
  'max-lines': ['error', { max: 740 }],
  'no-restricted-syntax': ['error', ...syntaxEverywhere],
};

const typescriptRules: Rules = {
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
  // WDK members are named by the WDK, and an empty interface names a contract that is still to grow.
  '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'always' }],
};

const typeAwareRules: Rules = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/only-throw-error': 'error',
};

const vueRules: Rules = {
  'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
  'vue/component-name-in-template-casing': ['error', 'PascalCase', { registeredComponentsOnly: false, ignores: ['/^(component|transition|keep-alive|slot|template)$/'] }],
  'vue/component-api-style': ['error', ['script-setup']],
  'vue/block-lang': ['error', { script: { lang: 'ts' } }],
  'vue/define-props-declaration': ['error', 'type-based'],
  'vue/define-emits-declaration': ['error', 'type-based'],
  'vue/no-v-html': 'error',
  'vue/multi-word-component-names': 'off',
  'vue/require-explicit-emits': 'error',
  'vue/no-unused-refs': 'error',
};

// One TypeScript program for all: what these rules ask of a type does not depend on the environment, whose limits the type check keeps.
const typeAware: Linter.Config = {
  files: ['src-main/**/*.ts', 'src-preload/**/*.ts', 'src-renderer/**/*.ts', 'scripts/**/*.ts', 'tests/**/*.ts'],
  languageOptions: { parserOptions: { project: ['./tsconfig.lint.json'], tsconfigRootDir: root } },
  rules: typeAwareRules,
};

// Vue's rules look for components and refs in every file that they are given.
const vueFiles = ['**/*.vue', 'src-renderer/**/*.ts', 'tests/unit/renderer/**/*.ts', 'tests/support/renderer/**/*.ts'];
const vueEssential = (vuePlugin.configs['flat/essential'] as Linter.Config[]).map((config): Linter.Config => (config.rules === undefined || config.files !== undefined ? config : { ...config, files: vueFiles }));

// One configuration for the folder and, after it, one for each place inside it that may do more: transports, a package's home.
function configsOf(row: Row): Linter.Config[] {
  const homes = [...transportHomes, ...Object.values(packageHomes).flatMap((home) => home.folders)];
  const inside = [...new Set(homes.filter((home) => home !== row.folder && isWithin(home, row.folder)))];
  return [row.folder, ...inside].map((place) => configOf(row, place, transportHomes.some((home) => isWithin(place, home))));
}

function configOf(row: Row, place: string, isTransport: boolean): Linter.Config {
  const isPure = row.environment === 'pure';
  return {
    name: `import table: ${place}`,
    files: filesOf(place),
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', restrictedImportsOf(row, place, isTransport)],
      // A severity without options would keep those of an earlier entry, hence "off".
      'no-restricted-globals': isTransport ? 'off' : ['error', ...(isPure ? pureGlobals : []), ...rawTransports.map((name) => ({ name, message: transportMessage }))],
      ...(isPure && {
        'no-restricted-properties': ['error', ...pureProperties],
        'no-restricted-syntax': ['error', ...syntaxEverywhere, ...syntaxPure],
      }),
    },
  };
}

export default defineConfig(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-results/', 'playwright-report/', 'coverage/', '**/*.generated.ts', 'resources/drivers/', 'tests/support/scenarios/drivers/', 'tests/fixtures/', 'tests/**/*.d.ts'] },
  {
    files: ['**/*.{ts,mts,mjs,js,vue}'],
    plugins: { '@typescript-eslint': tseslint.plugin as never, 'import-x': importX as never },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: path.join(root, 'tsconfig.base.json'), noWarnOnMultipleProjects: true })] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...coreRules, 'import-x/no-default-export': 'error' },
  },
  {
    files: ['**/*.{ts,mts}'],
    languageOptions: { parser: tseslint.parser as never },
    rules: typescriptRules,
  },
  ...vueEssential,
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'], sourceType: 'module' } },
    rules: { ...typescriptRules, ...vueRules },
  },
  {
    name: 'import table: zones',
    files: ['src-main/**/*.ts', 'src-preload/**/*.ts', 'src-renderer/**/*.{ts,vue}'],
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: root, zones: importTable.flatMap(zonesOf) }] },
  },
  ...importTable.flatMap(configsOf),
  typeAware,
  {
    name: 'configuration files export by default, as their tools ask',
    files: ['*.config.{ts,mts,js,mjs}'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    name: 'test doubles stand in for raw transports',
    files: ['tests/**/*.ts', 'scripts/**'],
    rules: { 'no-restricted-globals': 'off' },
  },
);

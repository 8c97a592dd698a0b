import { expect, it } from 'vitest';
import { filesOfDriver, importedFile, importStatements, relativeImports, relativeTarget, withTargets } from '../../../src-main/base/driverImports.ts';

it('finds relative imports in every form, and no others', () => {
  const text = `import { a } from './a.ts';\nimport {\n  b,\n  type C,\n} from "../b";\nimport './side.ts';\r\nimport type { D } from 'fltkernel';\nconst import1 = './no.ts';\nexport { e } from './e.ts';\nexport const text = 'from';\nlog("from './x.ts'");\n`;
  expect(relativeImports(text)).toEqual(['./a.ts', '../b', './side.ts', './e.ts']);
  expect(importStatements(text).map(({ at }) => text.slice(at, at + 8))).toEqual(['import {', 'import {', 'import \'', 'export {']);
});

it('resolves from the importing file, within the folder of the driver', () => {
  expect([importedFile('guard.ts', './names.ts'), importedFile('guard.ts', './util/strings'), importedFile('util/strings.ts', '../names.ts'), importedFile('util/strings.ts', './more.ts')])
    .toEqual(['names.ts', 'util/strings.ts', 'names.ts', 'util/more.ts']);
  expect([importedFile('guard.ts', '../other/names.ts'), importedFile('util/strings.ts', '../../names.ts')]).toEqual([null, null]);
});

it('collects each file once, also when they import each other and the entry', () => {
  const files: Record<string, string> = {
    'names.ts': `import { tag } from './util/tags.ts';\nimport { gFilterHandle } from './guard.ts';`,
    'util/tags.ts': `import { nameOf } from '../names.ts';\nimport { gone } from './gone.ts';`,
  };
  const found = filesOfDriver({ name: 'guard.ts', text: `import { nameOf } from './names';\nimport { tag } from './util/tags.ts';` }, (name) => files[name] ?? null);
  expect(found.map(({ name }) => name)).toEqual(['names.ts', 'util/tags.ts']);
});

it('changes what is imported and nothing else', () => {
  const text = `import { names } from './names.ts';\nimport {\n  b,\n} from "../b";\nconst names = './names.ts';\n`;
  expect(withTargets(text, (target) => `${target}x`)).toBe(`import { names } from './names.tsx';\nimport {\n  b,\n} from "../bx";\nconst names = './names.ts';\n`);
});

it.each([
  ['guard.ts', 'names.ts', './names.ts'], ['guard.ts', 'util/strings.ts', './util/strings.ts'], ['util/strings.ts', 'names.ts', '../names.ts'],
  ['util/strings.ts', 'util/more.ts', './more.ts'], ['a/b/c.ts', 'a/d/e.ts', '../d/e.ts'],
])('%s names %s as %s', (from, name, target) => {
  expect(relativeTarget(from, name)).toBe(target);
  expect(importedFile(from, target)).toBe(name);
});

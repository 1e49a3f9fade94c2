/**
 * All checks of the project: set-up, types, lint, then every test in one `node --test` call, whose output comes last.
 *
 *   npm test                 everything
 *   npm test -- cell plot    only test files whose path contains one of the words
 *
 * DUALION_SLOW=1 also runs the slow rows (they skip by name and reason otherwise). DUALION_SEED=N draws other examples in
 * the property tests than the usual ones.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const node = (...args) => {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1))
}

const words = process.argv.slice(2)
// Node 20's --test does not expand globs: it is given the files
const files = readdirSync(join(root, 'test'), { withFileTypes: true, recursive: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.test.ts'))
  .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .sort()
if (files.length === 0) {
  console.error(`no test file's path contains ${words.join(' or ')}`)
  process.exit(1)
}

node('scripts/setup.mjs', '--build')
if (words.length === 0) {
  console.log('types …')
  node('node_modules/typescript/bin/tsc', '--noEmit')
  console.log('lint …')
  node('node_modules/@biomejs/biome/bin/biome', 'check', '.')
}
node('--import', 'tsx', '--import', './test/property-seed.mjs', '--conditions=source', '--test', ...files)

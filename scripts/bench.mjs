/** `npm run bench [-- name…]`: every benchmark of bench/ that can run by itself, one process each, one after the other. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
// a file that exports nothing is a program; the others are its parts
const programs = readdirSync(join(root, 'bench'))
  .filter(name => name.endsWith('.ts') && !/^export /m.test(readFileSync(join(root, 'bench', name), 'utf8')))
  .filter(name => words.length === 0 || words.some(word => name.includes(word)))
  .sort()
for (const name of programs) {
  console.log(`\n${name}`)
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', '--conditions=source', join('bench', name)],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (status !== 0) process.exitCode = status ?? 1
}

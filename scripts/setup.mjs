/**
 * Set-up that `npm start` and `npm test` do for themselves, with nothing but Node and npm: installs the packages of the
 * lock file where they are missing or older than it, and builds dist/ where it is missing or older than the sources.
 *
 *   node scripts/setup.mjs [--build]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`dualion needs Node 20.19 or newer, this is ${process.version}`)
  process.exit(1)
}

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (error) console.error(`${command}: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

const timeOf = path => (existsSync(path) ? statSync(path).mtimeMs : 0)
const newest = folder =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, timeOf(join(entry.parentPath ?? entry.path, entry.name))), 0)

// npm writes this file at the end of an installation: it is the mark of a finished one
const installed = timeOf(join(root, 'node_modules', '.package-lock.json'))
let built = false
if (installed === 0 || !existsSync(join(root, 'node_modules', '.bin', 'tsc'))) {
  console.error('installing packages (npm ci) …')
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])
  built = true // npm ci runs `prepare`, which builds
}
if (process.argv.includes('--build') && !built) {
  const stamp = timeOf(join(root, 'dist', '.built'))
  const sources = Math.max(
    ...['src', 'cli'].map(folder => newest(join(root, folder))),
    timeOf(join(root, 'tsconfig.build.json')),
  )
  if (stamp < sources) {
    console.error('building dist/ …')
    run(process.execPath, ['scripts/build.mjs'])
  }
}

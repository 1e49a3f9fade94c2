/**
 * Builds dist/: compiles with tsc, bundles the command line into a few files (a third of a short run would go into loading
 * two hundred), copies the data files of the sources beside the compiled code, and leaves a mark with
 * the time of the build. Files that have no source any more are removed.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const compiled = ['src', 'cli', 'test/validation', 'test/reference', 'lattices', 'examples/ladders'].filter(folder =>
  existsSync(join(root, folder)),
)
const data = /\.(json|csv|yaml|yml|cif|md|svg|sha256)$|[\\/]SHA256SUMS$/

const files = folder =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    : []

const { status, error } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json')],
  { cwd: root, stdio: ['ignore', 2, 2] },
)
if (error) throw error
if (status !== 0) process.exit(status ?? 1)

for (const folder of compiled) {
  for (const file of files(join(root, folder))) {
    if (!data.test(file)) continue
    const to = join(dist, relative(root, file))
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(file, to)
  }
}

const sourceOf = file => {
  const path = join(root, relative(dist, file))
  if (data.test(file)) return [path]
  return [path.replace(/(\.d)?\.[cm]?[jt]s(\.map)?$/, '.ts')]
}
for (const file of files(dist)) {
  if (file.endsWith('.built')) continue
  if (!sourceOf(file).some(existsSync)) rmSync(file)
}
await bundle()
writeFileSync(join(dist, '.built'), `${statSync(join(root, 'package.json')).mtimeMs}\n`)

/**
 * The command line in dist/bundle/. What a module finds beside itself (data, workers, the package file) it goes on finding
 * there: its own address is kept. Packages that load files of their own stay outside.
 */
function bundle() {
  const outdir = join(dist, 'bundle')
  rmSync(outdir, { recursive: true, force: true })
  const keepAddress = {
    name: 'keep-address',
    setup(task) {
      task.onLoad({ filter: /[\\/]dist[\\/](src|cli|test)[\\/].*\.js$/ }, ({ path }) => {
        const address = JSON.stringify(relative(outdir, path).replaceAll('\\', '/'))
        const text = readFileSync(path, 'utf8')
        return { contents: text.replaceAll('import.meta.url', `new URL(${address}, import.meta.url).href`) }
      })
    },
  }
  return build({
    absWorkingDir: root,
    entryPoints: [join(dist, 'cli', 'main.js')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [
      'yaml',
      'cli-progress',
      '@spglib/moyo-wasm',
      'linkedom',
      '@observablehq/plot',
      'hyparquet',
      'hyparquet-writer',
    ],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'\nconst require = requireOf(import.meta.url)",
    },
    plugins: [keepAddress],
    logLevel: 'error',
  })
}

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { elements } from '../src/crystal/elements.ts'

/**
 * The import rule: layer → what it may import, besides itself. A layer is a folder of src/, a file directly in it, or one of
 * the parts named here. ARCHITECTURE.md holds the same table; a new folder gets a row here first.
 */
const ground = ['units', 'error', 'run', 'scales'] // constants, the one error, finish(), the records between scales
const allowed: Readonly<Record<string, readonly string[]>> = {
  units: [],
  error: [],
  run: [],
  scales: ['math'], // a type
  references: [],
  quantities: ['units'],
  math: [],
  solve: ['math', ...ground],
  'file/nearest': [], // words a user may have meant; knows nothing of files
  electrolyte: ['math', ...ground],
  laws: ['math', ...ground],
  cell: ['solve', 'math', 'electrolyte', 'file/nearest', ...ground],
  carriers: ground,
  'cells/bpx': [], // BPX files, data only
  file: ['cell', 'electrolyte', 'laws', 'math', 'carriers', 'file/nearest', ...ground],
  'file/lattice': ['lattice', 'file', 'file/nearest', 'carriers', ...ground], // model files of lattices
  metals: ['carriers', 'laws', ...ground],
  electrolytes: ['carriers', 'electrolyte', 'laws', ...ground],
  hosts: ['carriers', 'laws', 'file', 'cells/bpx', ...ground],
  cells: ['cell', 'electrolyte', 'hosts', 'electrolytes', 'metals', 'carriers', 'laws', 'file', 'cells/bpx', ...ground],
  claims: [
    'output',
    'plot',
    'quantities',
    'references',
    'cell',
    'cells',
    'hosts',
    'electrolytes',
    'metals',
    'electrolyte',
    'laws',
    'solve',
    'math',
    ...ground,
  ],
  output: ['quantities', 'references', ...ground],
  plot: ['quantities', ...ground],
  crystal: ['math', 'file/nearest', ...ground],
  'crystal/load-symmetry': ['crystal', ...ground], // reads the WebAssembly of the symmetry finder: the browser leaves it out
  'engine/ipi': ['crystal', 'engine', 'math', ...ground], // sockets and processes: the browser leaves it out
  engine: ['crystal', 'math', 'solve', ...ground],
  migration: ['crystal', 'engine', 'math', 'solve', ...ground],
  lattice: ['crystal', 'math', 'solve', 'file/nearest', ...ground],
  distil: ['crystal', 'engine', 'math', 'file/nearest', ...ground],
  study: [
    'crystal',
    'engine',
    'engine/ipi',
    'migration',
    'carriers',
    'file',
    'file/nearest',
    'plot',
    'references',
    'quantities',
    'math',
    ...ground,
  ],
  // all physics, from atoms to the cell
  ladder: [
    'crystal',
    'crystal/load-symmetry',
    'engine',
    'migration',
    'lattice',
    'study',
    'file',
    'file/lattice',
    'file/nearest',
    'carriers',
    'hosts',
    'electrolytes',
    'metals',
    'cells',
    'claims',
    'cell',
    'electrolyte',
    'laws',
    'plot',
    'output',
    'quantities',
    'references',
    'solve',
    'math',
    ...ground,
  ],
  conformance: ['references', 'cell', 'electrolyte', 'laws', 'crystal', 'engine', 'math', 'solve', ...ground],
}

/** Packages and Node modules, by layer: everything else runs on plain TypeScript in Node, browser and worker. */
const packages: Readonly<Record<string, readonly string[]>> = {
  file: ['zod', 'yaml', 'node:fs/promises', 'node:path'],
  'file/lattice': ['zod'],
  crystal: ['@spglib/moyo-wasm'],
  'crystal/load-symmetry': ['node:fs', 'node:module'],
  'engine/ipi': ['node:net', 'node:child_process', 'node:fs/promises', 'node:os', 'node:path', 'node:timers/promises'],
  study: ['zod', 'yaml', 'node:fs/promises', 'node:path'],
  ladder: ['zod', 'node:crypto', 'node:fs/promises', 'node:path'],
  output: ['hyparquet-writer'],
  plot: ['@observablehq/plot', 'linkedom'],
}

const src = fileURLToPath(new URL('../src/', import.meta.url))

type Import = { readonly from: string; readonly to: string; readonly external: boolean; readonly typeOnly: boolean }

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => relative(src, join(entry.parentPath ?? entry.path, entry.name)))

const importsOf = (file: string, text: string): Import[] =>
  [...text.matchAll(importPattern)]
    .map(match => ({ to: match[1] ?? match[2] ?? match[3], typeOnly: /^\s*(import|export) type /.test(match[0]) }))
    .map(({ to, typeOnly }) =>
      to.startsWith('.')
        ? { from: file, to: relative(src, join(src, dirname(file), to)), external: false, typeOnly }
        : { from: file, to, external: true, typeOnly },
    )

const layerOf = (file: string): string => {
  const stem = file.replace(/\.(ts|json)$/, '')
  const names = Object.keys(allowed).filter(name => stem === name || stem.startsWith(`${name}/`))
  return names.sort((a, b) => b.length - a.length)[0] ?? stem.split('/')[0]
}

/** What is wrong with one import, or nothing. */
const objection = ({ from, to, external }: Omit<Import, 'typeOnly'>): string | undefined => {
  const layer = layerOf(from)
  if (!(layer in allowed)) return `${from}: the layer ${layer} has no row in test/layers.test.ts`
  if (external) return packages[layer]?.includes(to) ? undefined : `${from}: ${layer} may not use the package ${to}`
  const other = layerOf(to)
  if (other === layer || allowed[layer].includes(other)) return undefined
  return `${from}: ${layer} may not import ${other} (${to})`
}

/** The first circle among imports, as the files on it. */
const circle = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>()
  const visit = (node: string, path: readonly string[]): readonly string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return []
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...path, node])
      if (found.length > 0) return found
    }
    done.add(node)
    return []
  }
  for (const node of graph.keys()) {
    const found = visit(node, [])
    if (found.length > 0) return found
  }
  return []
}

const texts = new Map(files.map(file => [file, readFileSync(join(src, file), 'utf8')]))
const imports = files.flatMap(file => importsOf(file, texts.get(file)!))

test('every import goes along the arrows', () => {
  assert.ok(imports.length > files.length / 2, `only ${imports.length} imports found: the pattern is broken`)
  assert.deepEqual([...new Set(imports.map(objection).filter(Boolean))], [])
})

test('no circle of imports, among files and among layers', () => {
  const inside = imports.filter(one => !one.external && !one.typeOnly) // types leave nothing behind to load
  assert.deepEqual(circle(new Map(files.map(f => [f, inside.filter(i => i.from === f).map(i => i.to)]))), [])
  assert.deepEqual(circle(new Map(Object.entries(allowed))), [])
})

test('src/ neither rolls dice, nor reads the clock, nor prints, nor knows the process', () => {
  const forbidden = /\b(Math\.random|Date\.now|new Date\(\)|performance\.now|console\.\w+|process\.\w+)/g
  const found = files.flatMap(file => {
    const code = texts.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'/g, '')
    return [...code.matchAll(forbidden)].map(match => `${file}: ${match[1]}`)
  })
  assert.deepEqual(found, [])
})

test('crystals and migration name no element and no host: what they find holds for any', () => {
  const tables = /^crystal\/(elements|bond-valence-parameters)\.ts$|^crystal\/formats\// // one-letter words of formats
  const symbol = new RegExp(
    `['"\`](${elements.map(one => one.symbol).join('|')})(?:-\\w+)?['"\`]|\\b(Mo6S8|Chevrel)\\b`,
    'g',
  )
  const found = files
    .filter(file => /^(crystal|migration)\//.test(file) && !tables.test(file))
    .flatMap(file => {
      const code = texts.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      return [...code.matchAll(symbol)].map(match => `${file}: ${match[0]}`)
    })
  assert.deepEqual(found, [])
})

test('the rule itself objects to what it must', () => {
  const of = (from: string, to: string) => objection({ from, to, external: !to.includes('/') })
  assert.match(of('math/spline.ts', 'cell/cell.ts') ?? '', /math may not import cell/)
  assert.match(of('cell/cell.ts', 'file/read.ts') ?? '', /cell may not import file/)
  assert.match(of('cell/cell.ts', 'zod') ?? '', /may not use the package zod/)
  assert.match(of('helpers/x.ts', 'units.ts') ?? '', /no row/)
  assert.equal(of('cell/cell.ts', 'file/nearest.ts'), undefined)
  assert.deepEqual(
    circle(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
    ['b', 'c', 'b'],
  )
})

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readFrames } from '../../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../../src/crystal/formats/extxyz-write.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { aceEngine, fromPotentialFile } from '../../src/engine/ace/index.ts'
import { morse } from '../../src/engine/morse.ts'
import { rough } from '../engine/ace-examples.ts'
import { dualion, root } from './dualion.ts'
import { scratch } from './scratch.ts'

/** Four Mg and four S in a box; the law that `serve-morse.ts` offers. */
const law = morse({ pairs: { 'Mg-S': { depth: 0.5, steepness: 1.5, length: 2.4 } }, cutoff: 6 })
const crystal = (seed: number, amplitude: number): Structure => {
  const random = rough(seed)
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].flatMap(k => [k & 1, (k >> 1) & 1, k >> 2].map(c => 2.5 * c))
  return {
    species: [0, 1, 2, 3, 4, 5, 6, 7].map(k => (((k & 1) + ((k >> 1) & 1) + (k >> 2)) % 2 === 0 ? 'Mg' : 'S')),
    lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5.1),
    positions: Float64Array.from(corners, x => x + amplitude * random()),
  }
}
const frame = (structure: Structure, config: string): string => {
  const { energy, forces, stress } = law.evaluate(structure)
  return writeFrame({ structure, energy, forces, ...(stress ? { stress } : {}), info: { config } })
}
const path = (name: string) => join(scratch, name)
const text = Array.from({ length: 24 }, (_, k) => frame(crystal(k, 0.4), `${k % 4 === 0 ? 'test' : 'run'}${k}`)).join(
  '',
)
writeFileSync(path('data.extxyz.gz'), gzipSync(text))
const recipe = {
  name: 'toy',
  size: {
    primitives: { cutoff: 4.5, bond: 2.4, count: 7 },
    radial: [5, 2],
    rare: [5, 2],
    guests: [],
    rarity: 0,
    three: 4,
  },
  folds: 2,
  heldOut: [{ kind: 'unseen', match: '^test' }],
  heldOutEvery: 0,
  differences: [{ name: 'one and another', from: 'run1', to: 'test4' }],
  card: { teacher: 'Morse' },
}
writeFileSync(path('recipe.json'), JSON.stringify(recipe))

test('distil fits, reports what it held out, and writes a potential with its card', () => {
  const { status, stdout, stderr } = dualion(
    ...['distil', 'data.extxyz.gz', '--recipe', 'recipe.json', '--out', 'toy.json', '--json', 'report.json'],
    ...['--workers', '2'],
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /unseen +6/)
  const report = JSON.parse(readFileSync(path('report.json'), 'utf8'))
  assert.equal(report.errors.unseen.frames, 6)
  assert.equal(report.errors.trained.frames, 18)
  assert.equal(report.differences.length, 1)
  const file = JSON.parse(readFileSync(path('toy.json'), 'utf8'))
  assert.equal(file.card.teacher, 'Morse')
  assert.match(file.card.dataSha256, /^[0-9a-f]{64}$/)
  // the errors of the report are those of the file on the frames of the data
  const engine = aceEngine(fromPotentialFile(file, 'toy.json'))
  let [squares, count] = [0, 0]
  for (const { structure, forces, info } of readFrames([text], 'data')) {
    if (!String(info.config).startsWith('test')) continue
    engine.evaluate(structure).forces.forEach((f, k) => {
      squares += (f - forces![k]) ** 2
      count++
    })
  }
  // the file holds twelve figures of each coefficient
  assert.ok(Math.abs(Math.sqrt(squares / count) / report.errors.unseen.force - 1) < 1e-4)
  assert.ok(report.errors.unseen.force < 0.2 * report.errors.unseen.forceSize, `${report.errors.unseen.force}`)
})

test('a teacher on a socket labels what the committee disagrees about, and the fit gets better there', () => {
  const far = [crystal(200, 0.4), crystal(201, 1.4)]
  writeFileSync(path('path.extxyz'), far.map(structure => writeFrame({ structure })).join(''))
  const client = `node --import ${import.meta.resolve('tsx')} --conditions=source ${join(root, 'test/engine/serve-morse.ts')} {socket} {structure}`
  const common = ['distil', 'data.extxyz.gz', '--recipe', 'recipe.json']
  const taught = dualion(
    ...[...common, '--out', 'taught.json', '--teacher', `ipi:${client}`, '--paths', 'path.extxyz'],
    ...['--grown', 'grown.extxyz', '--rounds', '2', '--add', '5'],
  )
  assert.equal(taught.status, 0, taught.stderr)
  assert.match(taught.stderr, /round 2: the committee disagrees/)
  const grown = [...readFrames([readFileSync(path('grown.extxyz'), 'utf8')], 'grown')]
  assert.equal(grown.length, 10)
  for (const { structure, energy } of grown) assert.ok(Math.abs(energy! - law.evaluate(structure).energy) < 1e-6) // hartree and bohr and back
  const error = (name: string): number => {
    const engine = aceEngine(fromPotentialFile(JSON.parse(readFileSync(path(name), 'utf8')), name))
    const [found, meant] = [engine, law].map(e => e.evaluate(far[1]).forces)
    return Math.sqrt(found.reduce((sum, f, k) => sum + (f - meant[k]) ** 2, 0) / found.length)
  }
  const [before, after] = [error('toy.json'), error('taught.json')]
  assert.ok(after < before / 2, `${before} → ${after}`)
})

test('what cannot be fitted is refused with exit code 2, and says where', () => {
  for (const [words, message] of [
    [['nothing.extxyz'], /nothing\.extxyz: there is no such file/],
    [['data.extxyz.gz', '--recipe', 'wrong.json'], /wrong\.json: colour: .*allowed: name/],
    [['bare.extxyz'], /bare\.extxyz frame 1: energy/],
    [['data.extxyz.gz', '--teacher', 'python x.py'], /--grown/],
    [['data.extxyz.gz', '--teacher', 'x', '--grown', 'g.extxyz', '--paths', 'bare.extxyz'], /--teacher.*ipi:/],
    [['broken.extxyz.gz'], /broken\.extxyz\.gz/],
  ] as const) {
    writeFileSync(path('wrong.json'), '{ "colour": "red" }')
    writeFileSync(path('bare.extxyz'), writeFrame({ structure: crystal(1, 0) }))
    writeFileSync(path('broken.extxyz.gz'), 'no gzip')
    const { status, stderr } = dualion('distil', ...words)
    assert.equal(status, 2, stderr)
    assert.match(stderr, message)
  }
})

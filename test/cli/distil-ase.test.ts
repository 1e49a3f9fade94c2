/** A teacher of another program over the socket, as a user names it: ASE's EMT grows the data of a potential for Cu and Au. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readFrames } from '../../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../../src/crystal/formats/extxyz-write.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { aceEngine, fromPotentialFile } from '../../src/engine/ace/index.ts'
import { ipi } from '../../src/engine/ipi/index.ts'
import { rough } from '../engine/ace-examples.ts'
import { pythonWith } from '../python.ts'
import { dualion, executable } from './dualion.ts'
import { scratch } from './scratch.ts'

const slow = process.env.DUALION_SLOW === '1' ? {} : { skip: 'slow: installs ASE (DUALION_SLOW=1)' }
const client = fileURLToPath(new URL('../../examples/engines/ase_client.py', import.meta.url))

/** Ordered CuAu in a box of 8 atoms, displaced, and stretched by a share. */
const alloy = (seed: number, amplitude: number, stretch = 1): Structure => {
  const random = rough(seed)
  const a = 3.9 * stretch
  const places = [0, 1].flatMap(k =>
    [
      [0, 0, 0],
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 0.5, 0.5],
    ].map(([x, y, z]) => [x * a, y * a, (z + k) * a]),
  )
  return {
    species: places.map((_, i) => (i % 4 < 2 ? 'Cu' : 'Au')),
    lattice: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, 2 * a),
    positions: Float64Array.from(places.flat(), x => x + amplitude * random()),
  }
}

const recipe = {
  name: 'alloy',
  size: {
    primitives: { cutoff: 5, bond: 2.6, count: 7 },
    radial: [5, 2],
    rare: [5, 2],
    guests: [],
    rarity: 0,
    three: 4,
  },
  folds: 2,
  heldOutEvery: 0,
}

test(
  'a teacher on the socket is ASE’s EMT: it labels what the fits doubt, the fit gets better there; Ctrl-C keeps what it said',
  slow,
  async () => {
    const python = pythonWith('ipi', ['ase==3.29.0', 'ipi==3.3.0'])
    const command = `"${python}" "${client}" emt {name} {structure}`
    const far = [0, 1, 2, 3].map(k => alloy(100 + k, 0.3, 0.94))
    const engine = ipi({ command, probe: false })
    const labelled = async (structures: readonly Structure[]) => {
      const answers = await engine.evaluateAll(structures)
      return structures.map((structure, k) => ({ structure, energy: answers[k].energy, forces: answers[k].forces }))
    }
    const data = await labelled(Array.from({ length: 20 }, (_, k) => alloy(k, 0.2)))
    const unseen = await labelled(far)
    await engine.close()
    const at = (name: string) => join(scratch, name)
    writeFileSync(
      at('alloy.extxyz'),
      data.map((frame, k) => writeFrame({ ...frame, info: { config: `run${k}` } })).join(''),
    )
    writeFileSync(at('squeezed.extxyz'), far.map(structure => writeFrame({ structure })).join(''))
    writeFileSync(at('alloy-recipe.json'), JSON.stringify(recipe))
    const error = (name: string): number => {
      const fitted = aceEngine(fromPotentialFile(JSON.parse(readFileSync(at(name), 'utf8')), name))
      let [squares, count] = [0, 0]
      for (const { structure, forces } of unseen)
        fitted.evaluate(structure).forces.forEach((f, k) => {
          squares += (f - forces[k]) ** 2
          count++
        })
      return Math.sqrt(squares / count)
    }
    const common = ['distil', 'alloy.extxyz', '--recipe', 'alloy-recipe.json']
    const alone = dualion(...common, '--out', 'alone.json')
    assert.equal(alone.status, 0, alone.stderr)
    const teacher = ['--teacher', `ipi:${command}`, '--paths', 'squeezed.extxyz']
    const taught = dualion(
      ...[...common, ...teacher],
      ...['--out', 'taught-emt.json', '--grown', 'emt.extxyz', '--add', '6'],
    )
    assert.equal(taught.status, 0, taught.stderr)
    assert.match(taught.stderr, /forces fit energies/)
    const grown = [...readFrames([readFileSync(at('emt.extxyz'), 'utf8')], 'emt')]
    assert.equal(grown.length, 12)
    assert.match(String(grown[0].info.teacher), /^ipi .*emt/)
    // the squeezed cell is far outside the data: 12 structures about it are what was missing
    const [before, after] = [error('alone.json'), error('taught-emt.json')]
    assert.ok(after < before / 2, `${before} → ${after}`)
    // hours of labels are not written over
    const again = dualion(...common, ...teacher, '--grown', 'emt.extxyz')
    assert.equal(again.status, 2)
    assert.match(again.stderr, /--grown: got "emt\.extxyz", allowed: a new file/)

    const words = [...common, ...teacher, '--grown', 'stopped.extxyz', '--out', 'stopped.json', '--add', '100']
    const run = spawn(process.execPath, [executable, ...words], { cwd: scratch })
    let stderr = ''
    run.stderr.on('data', piece => {
      stderr += piece
    })
    const ended = once(run, 'close')
    const frames = () =>
      existsSync(at('stopped.extxyz'))
        ? (readFileSync(at('stopped.extxyz'), 'utf8').match(/Lattice=/g)?.length ?? 0)
        : 0
    const watch = setInterval(() => {
      if (frames() < 2) return
      clearInterval(watch)
      run.kill('SIGINT')
    }, 5)
    const [status] = await ended
    clearInterval(watch)
    assert.equal(status, 130, stderr)
    assert.match(
      stderr,
      /interrupted, the fit is that of the last round that ended; what the teacher said is in stopped\.extxyz/,
    )
    assert.ok(frames() >= 2)
    assert.ok(Number.isFinite(error('stopped.json')))
  },
)

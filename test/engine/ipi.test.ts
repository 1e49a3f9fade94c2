import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { checkEngine, failures } from '../../src/conformance/index.ts'
import { latticeOf } from '../../src/crystal/lattice.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine, RemoteEngine } from '../../src/engine/engine.ts'
import { type IpiOptions, ipi, serve } from '../../src/engine/ipi/index.ts'
import { oriented } from '../../src/engine/ipi/orientation.ts'
import { morse } from '../../src/engine/morse.ts'
import type { SimulationError } from '../../src/error.ts'
import { bohr, hartree } from '../../src/units.ts'

const folder = mkdtempSync(join(tmpdir(), 'dualion-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const client = new URL('./fake-client.mjs', import.meta.url).pathname
const fake = (behaviour: string, rest = '', where = '{socket}') =>
  `"${process.execPath}" "${client}" ${where} "${behaviour}" ${rest}`

const pair: Structure = {
  species: ['Mg', 'S'],
  lattice: Float64Array.of(8, 0, 0, 1, 7, 0, 0.5, -1, 9),
  positions: Float64Array.of(0.2, 0.1, -0.3, 0.5, 1.1, 0.7),
}
const near = (a: Float64Array, b: Float64Array, by: number): void => {
  assert.equal(a.length, b.length)
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) < by, `${i}: ${a[i]} and ${b[i]}`)
}
const scaled = (by: number): Structure => ({ ...pair, positions: pair.positions.map(r => by * r) })

/** 0.01 hartree/bohr² in eV/Å². */
const stiffness = (0.01 * hartree) / bohr ** 2
const springEnergy = (s: Structure) => 0.5 * stiffness * s.positions.reduce((sum, r) => sum + r * r, 0)

const within = async <T>(o: IpiOptions, work: (engine: RemoteEngine) => Promise<T>): Promise<T> => {
  const engine = ipi({ probe: false, startLimit: 20, timeLimit: 20, ...o })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

const holdsSpring = async (o: IpiOptions) =>
  within(o, async engine => {
    const structures = [1, 0.7, -0.4, 2].map(scaled)
    const answers = await engine.evaluateAll(structures)
    structures.forEach((structure, i) => {
      // two changes of units and of back, each a rounding
      assert.ok(Math.abs(answers[i].energy / springEnergy(structure) - 1) < 1e-14)
      structure.positions.forEach((r, k) => {
        assert.ok(Math.abs(answers[i].forces[k] + stiffness * r) < 1e-14)
      })
      assert.equal(answers[i].stress, undefined, 'an empty virial is none')
    })
  })

test('forces come back in eV and Å, in the order asked, over unix sockets and TCP, one and several connections', async () => {
  await holdsSpring({ command: fake('well') })
  await holdsSpring({ command: fake('well'), connections: 3 })
  await holdsSpring({ command: fake('well', '', '{host}:{port}'), connections: 2 })
})

test('bytes may come one by one; a client may want INIT each time', async () => {
  await holdsSpring({ command: fake('speaks in pieces') })
  await holdsSpring({ command: fake('wants INIT') })
})

test('the socket lies in a folder only its user may enter, and is gone at the end', async () => {
  const seen = await within({ command: fake('well') }, async engine => {
    await engine.evaluateAll([pair])
    const mine = readdirSync('/tmp')
      .filter(name => name.startsWith('ipi_dualion-'))
      .map(name => join('/tmp', name))
      .filter(path => statSync(path).isDirectory() && readdirSync(path).includes('0'))
    assert.ok(mine.length > 0)
    for (const path of mine) {
      assert.equal(statSync(path).mode & 0o777, 0o700)
      assert.equal(statSync(join(path, '0')).mode & 0o777, 0o600)
    }
    return mine
  })
  assert.ok(seen.some(path => !readdirSync(dirname(path)).includes(path.split('/').at(-1)!)))
})

test('a client starts from a file with the atoms, and anew where the elements change', async () => {
  await within({ command: fake('tells its atoms', '"" {structure}') }, async engine => {
    const three: Structure = {
      ...pair,
      species: ['Mg', 'S', 'S'],
      positions: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0),
    }
    const [first] = await engine.evaluateAll([pair])
    const [second] = await engine.evaluateAll([three])
    assert.ok(Math.abs(first.energy / hartree - 2) < 1e-12)
    assert.ok(Math.abs(second.energy / hartree - 3) < 1e-12)
    assert.equal(second.forces.length, 9)
  })
})

test('the cell goes with its vectors as columns', async () => {
  await within({ command: fake('tells the cell') }, async engine => {
    const [answer] = await engine.evaluateAll([pair])
    assert.ok(Math.abs((answer.energy / hartree) * bohr - pair.lattice[3]) < 1e-12) // b_x, in the first row
  })
})

describe('clients that misbehave', { concurrency: 3 }, () => {
  for (const [behaviour, said] of [
    ['dies', /ended with exit code 3; the last it printed: out of memory/],
    ['hangs', /did not answer within 1.5 s; it still runs/],
    ['answers NaN', /NaN for the force on atom 2/],
    ['answers Infinity', /Infinity for the energy/],
    ['speaks garbage', /asked for forces it said the bytes 01c3bf6e/],
    ['sends half', /closed the connection/],
  ] as const) {
    test(`a client that ${behaviour} is started again once, then named`, async () => {
      const o = { timeLimit: behaviour === 'hangs' ? 1.5 : 20 }
      const once = fake(behaviour, join(folder, behaviour.replaceAll(' ', '-')))
      const notes: string[] = []
      const [answer] = await within({ ...o, command: once, report: note => notes.push(note) }, engine =>
        engine.evaluateAll([pair]),
      )
      assert.ok(Math.abs(answer.energy / springEnergy(pair) - 1) < 1e-14)
      assert.equal(notes.length, 1)
      assert.match(notes[0], said)
      assert.match(notes[0], /started again/)

      await assert.rejects(
        within({ ...o, command: fake(behaviour) }, engine => engine.evaluateAll([pair])),
        (error: SimulationError) => {
          assert.equal(error.code, 'method')
          assert.match(error.message, said)
          assert.match(error.message, /fake-client/, 'its command is named')
          return true
        },
      )
    })
  }
})

test('another number of atoms is not asked for twice', async () => {
  const notes: string[] = []
  await assert.rejects(
    within({ command: fake('counts one more'), report: note => notes.push(note) }, e => e.evaluateAll([pair])),
    /forces on 3 atoms, the structure has 2/,
  )
  assert.deepEqual(notes, [])
})

test('answers that came before a failure are kept', async () => {
  await assert.rejects(
    within({ command: fake('dies far out') }, engine => engine.evaluateAll([pair, scaled(100)])),
    (error: SimulationError) => {
      const partial = error.partial as { energy: number }[]
      return error.code === 'method' && Math.abs(partial[0].energy / springEnergy(pair) - 1) < 1e-14
    },
  )
})

test('a client that never comes, or leaves before it came, is named with its last words', async () => {
  await assert.rejects(
    within({ command: fake('never connects'), startLimit: 0.5 }, e => e.evaluateAll([pair])),
    /did not connect within 0.5 s/,
  )
  await assert.rejects(
    within({ command: fake('leaves at once') }, e => e.evaluateAll([pair])),
    /did not connect; it ended with exit code 7; the last it printed: cannot find my parameters \| so I leave/,
  )
})

test('a structure that is none is refused before anyone is asked', async () => {
  const broken = { ...pair, positions: pair.positions.with(0, Number.NaN) }
  await assert.rejects(
    within({ command: fake('well') }, e => e.evaluateAll([pair, broken])),
    /positions\[0\]: got NaN/,
  )
})

test('what a client has started ends with it', async () => {
  const mark = join(folder, 'grandchild')
  // a shell that hangs with a child of its own, and never connects
  const command = `sh -c 'sh -c "echo \\$\\$ > ${mark}; exec sleep 600" & wait' {socket}`
  await assert.rejects(
    within({ command, startLimit: 1 }, e => e.evaluateAll([pair])),
    /did not connect within 1 s/,
  )
  const pid = Number(readFileSync(mark, 'utf8'))
  assert.ok(pid > 0)
  // ended at once, though whoever inherits it may be slow to take note (Z in /proc)
  const state = () => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] : 'Z')
  for (let i = 0; i < 50 && state() !== 'Z'; i++) await new Promise(resolve => setTimeout(resolve, 40))
  assert.equal(state(), 'Z')
})

test('commands that cannot work are refused at once', async () => {
  assert.throws(() => ipi({ command: 'lmp -in x' }), /command: .*\{name\}/)
  assert.throws(() => ipi({ command: 'lmp {name} {port}' }), /allowed/)
  assert.throws(() => ipi({ command: 'lmp {sockets}' }), /\{sockets\}.*\{socket\}/)
  assert.throws(() => ipi({ command: 'lmp "{name}' }), /closed/)
  assert.throws(() => ipi({ command: 'lmp {name}', connections: 0 }), /connections: got 0/)
  assert.throws(() => ipi({ command: 'lmp {name}', timeLimit: Number.NaN }), /timeLimit/)
  await assert.rejects(
    within({ command: 'no-such-program-here {name}' }, e => e.evaluateAll([pair])),
    (error: SimulationError) => error.code === 'input' && /no-such-program-here/.test(error.message),
  )
})

test('the probe says once whether forces fit energies; an engine whose do not is refused unless that is allowed', async () => {
  const wrong = /its forces do not fit its energies, off by 23 %/
  await assert.rejects(
    within({ command: fake('forces do not fit'), probe: true }, engine => engine.evaluateAll([pair])),
    (error: SimulationError) =>
      error.code === 'input' && wrong.test(error.message) && /probe: warn/.test(error.message),
  )
  for (const [behaviour, probe, said] of [
    ['well', true, /forces fit energies to .* %.*no stress/],
    ['forces do not fit', 'warn', wrong],
  ] as const) {
    const notes: string[] = []
    await within({ command: fake(behaviour), probe, report: note => notes.push(note) }, async engine => {
      await engine.evaluateAll([pair])
      await engine.evaluateAll([pair])
    })
    assert.equal(notes.length, 1)
    assert.match(notes[0], said)
  }
})

const crystal: Structure = {
  species: ['Mg', 'S', 'Mg', 'S'],
  lattice: latticeOf({ lengths: [4.3, 4.4, 4.6], angles: [84, 97, 101] }).map(
    (a, i) => (i < 3 ? -a : a) + 0.1 * (i % 4),
  ),
  positions: Float64Array.of(0.1, 0, 0.1, 0, 2.2, 2.1, 2.0, 0.1, 2.2, 2.1, 2.2, 0),
}
const bonds = morse({ pairs: { 'Mg-S': { depth: 0.5, steepness: 1.5, length: 2.4 } }, cutoff: 6 })

test('a structure turned for an engine: a lower triangle, the same physics, also from a left-handed cell', () => {
  const { structure, back } = oriented(crystal)
  const [, y, z, , , yz] = structure.lattice
  assert.deepEqual([y, z, yz], [0, 0, 0])
  for (const i of [0, 4, 8]) assert.ok(structure.lattice[i] > 0)
  const turned: Engine = {
    ...bonds,
    evaluate: s => {
      const to = oriented(s)
      return to.back(bonds.evaluate(to.structure))
    },
  }
  assert.deepEqual(failures(checkEngine(turned, crystal)), [])
  const [direct, through] = [bonds.evaluate(crystal), back(bonds.evaluate(structure))]
  // turning there and back: roundings of positions of 5 Å
  near(direct.forces, through.forces, 1e-12)
  near(direct.stress!, through.stress!, 1e-12)
})

test('an engine of ours offered over the socket is the engine', async () => {
  const command = `"${process.execPath}" --import tsx --conditions=source "${new URL('./serve-morse.ts', import.meta.url).pathname}" {socket} {structure}`
  await within({ command, probe: true, report: note => assert.match(note, /forces fit energies/) }, async engine => {
    const [answer] = await engine.evaluateAll([crystal])
    const direct = bonds.evaluate(crystal)
    assert.ok(Math.abs(answer.energy - direct.energy) < 1e-12)
    near(answer.forces, direct.forces, 1e-12)
    near(answer.stress!, direct.stress!, 1e-13)
  })
})

test('serving: no server, a stranger among the elements, a server with other atoms', async () => {
  const path = join(folder, 'nobody')
  await assert.rejects(
    serve(bonds, { address: { path }, structure: crystal, connectLimit: 0.2 }),
    /a server that listens/,
  )
  await assert.rejects(
    serve(bonds, { address: { path }, structure: { ...crystal, species: ['Mg', 'S', 'Li', 'S'] } }),
    /of Morse: got "Li", allowed: Mg, S/,
  )
  const server = createServer(socket => {
    const data = Buffer.alloc(12 + 144 + 4)
    data.write('POSDATA     ', 'latin1')
    data.writeInt32LE(9, 156)
    socket.write(data)
  })
  await new Promise<void>(resolve => server.listen(join(folder, 'other'), resolve))
  await assert.rejects(
    serve(bonds, { address: { path: join(folder, 'other') }, structure: crystal }),
    (error: SimulationError) => error.code === 'input' && /positions of 9 atoms/.test(error.message),
  )
  server.close()
})

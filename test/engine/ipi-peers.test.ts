/** The road to other codes, walked: slow, since they are installed and run. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeFrame } from '../../src/crystal/formats/extxyz-write.ts'
import { latticeOf } from '../../src/crystal/lattice.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Evaluation } from '../../src/engine/engine.ts'
import { type IpiOptions, ipi } from '../../src/engine/ipi/index.ts'
import { morse } from '../../src/engine/morse.ts'
import { hartree } from '../../src/units.ts'
import { pythonWith } from '../python.ts'

const slow = process.env.DUALION_SLOW === '1' ? {} : { skip: 'slow: installs and runs other codes (DUALION_SLOW=1)' }
const here = fileURLToPath(new URL('./peers/', import.meta.url))
/** What users are given to start from. */
const examples = fileURLToPath(new URL('../../examples/engines/', import.meta.url))
const python = () => pythonWith('ipi', ['ase==3.29.0', 'ipi==3.3.0'])

const folder = mkdtempSync(join(tmpdir(), 'dualion-peers-'))
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const close = (a: ArrayLike<number>, b: ArrayLike<number>, by: number, what: string): void => {
  assert.equal(a.length, b.length, what)
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) <= by, `${what} ${i}: ${a[i]} and ${b[i]}`)
}

const ask = async (o: IpiOptions, structures: readonly Structure[]): Promise<readonly Evaluation[]> => {
  const notes: string[] = []
  const engine = ipi({ timeLimit: 300, report: note => notes.push(note), ...o })
  try {
    const answers = await engine.evaluateAll(structures)
    if (o.probe !== false) assert.match(notes.join('\n'), /forces fit energies/)
    return answers
  } finally {
    await engine.close()
  }
}

/** A cell of Cu and Al that is skewed, left-handed and not along the axes. */
const alloy = (shift: number): Structure => ({
  species: ['Cu', 'Cu', 'Al', 'Cu'],
  lattice: Float64Array.of(0.2, 3.9, -0.1, 3.8, 0.1, 0.4, 0.3, 0.9, 4.1),
  positions: Float64Array.of(0, 0, 0.1, 2.1 + shift, 2.0, 0.1, 2.0, 0.2, 2.1, 0.1, 2.3, 2.2 - shift),
})

test('ASE as a client gives what ASE gives itself, to 1e-9 hartree', slow, async () => {
  const structures = [0, 0.05, -0.1].map(alloy)
  const direct = structures.map(structure => {
    const file = join(folder, 'direct.extxyz')
    writeFileSync(file, writeFrame({ structure }))
    return JSON.parse(execFileSync(python(), [join(here, 'ase_direct.py'), file], { encoding: 'utf8' }))
  })
  for (const o of [
    { command: `"${python()}" "${join(examples, 'ase_client.py')}" emt {name} {structure}`, connections: 2 },
    { command: `"${python()}" "${join(here, 'ase_direct.py')}" {structure} {host} {port}`, probe: false },
  ]) {
    const answers = await ask(o, structures)
    answers.forEach((answer, i) => {
      close([answer.energy], [direct[i].energy], 1e-9 * hartree, 'energy')
      // ASE has hartree and bohr of CODATA 2014, 1e-8 and 4e-10 off ours
      close(answer.forces, direct[i].forces, 1e-7, 'force')
      close(answer.stress!, direct[i].stress, 1e-8, 'stress')
    })
  }
})

const crystal: Structure = {
  species: ['Mg', 'S', 'S', 'Mg'],
  lattice: latticeOf({ lengths: [4.3, 4.4, 4.6], angles: [84, 97, 101] }),
  positions: Float64Array.of(0.1, 0, 0.1, 0, 2.2, 2.1, 2.0, 0.1, 2.2, 2.1, 2.2, 0),
}
/** Of the same shape, turned and mirrored. */
const turned: Structure = {
  ...crystal,
  lattice: crystal.lattice.map((_, i, A) => A[3 * Math.floor(i / 3) + [2, 0, 1][i % 3]] * (i % 3 === 1 ? -1 : 1)),
  positions: crystal.positions.map((_, i, r) => r[3 * Math.floor(i / 3) + [2, 0, 1][i % 3]] * (i % 3 === 1 ? -1 : 1)),
}
const bond = { depth: 0.5, steepness: 2.5, length: 2.4 }
const bonds = morse({ pairs: { 'Mg-S': bond }, cutoff: 12 })

test('LAMMPS as a client: the same Morse law, in any orientation of the cell', slow, async () => {
  const command = `lmp -log none -screen none -in "${join(examples, 'morse.lammps')}" -var name {name} -var file {lammps}`
  const structures = [crystal, turned]
  const answers = await ask({ command }, structures)
  structures.forEach((structure, i) => {
    const ours = bonds.evaluate(structure)
    // LAMMPS has its units to 1e-7; our law ends smoothly at 12 Å, at e^(−2.5·9) of its depth
    close([answers[i].energy], [ours.energy], 1e-6, 'energy')
    close(answers[i].forces, ours.forces, 1e-6, 'force')
    close(answers[i].stress!, ours.stress!, 1e-7, 'stress')
  })
})

test('CP2K as a client: the bond of hydrogen from first principles', slow, async () => {
  const molecule = (length: number): Structure => ({
    species: ['H', 'H'],
    lattice: Float64Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5),
    positions: Float64Array.of(2.5, 2.5, 2.1, 2.5, 2.5, 2.1 + length),
  })
  const command = `env OMP_NUM_THREADS=1 cp2k.psmp -E NAME={name} -E STRUCTURE={cp2k} -i "${join(examples, 'h2.cp2k')}"`
  const lengths = [0.7, 0.75, 0.8]
  const [short, middle, long] = await ask({ command, folder, timeLimit: 200 }, lengths.map(molecule))
  const pull = ({ forces }: Evaluation) => forces[5] - forces[2]
  assert.ok(pull(short) > 0 && pull(long) < 0, 'the bond lies between 0.70 and 0.80 Å')
  // Simpson's work between the ends; 250 Ry leaves noise of a few meV/Å in forces of eV/Å
  const work = -(0.1 / 12) * (pull(short) + 4 * pull(middle) + pull(long))
  assert.ok(Math.abs(long.energy - short.energy - work) < 0.003, `${long.energy - short.energy} ${work}`)
  // two hydrogen atoms and their bond, −13.6·2 − 4.5 eV, in PBE and this basis within 1 eV
  assert.ok(Math.abs(middle.energy + 31.7) < 1, `${middle.energy}`)
})

/** `dualion serve`, on the same law, for a server that is there or comes. */
const served = (file: string, unix: string) => {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
  const spec = `{ kind: morse, cutoff: 12, pairs: { Mg-S: { depth: ${bond.depth}, steepness: ${bond.steepness}, length: ${bond.length} } } }`
  const words = ['--import', 'tsx', '--conditions=source', main, 'serve', spec, file, '--unix', unix, '--wait', '60']
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let said = ''
  child.stdout.on('data', text => {
    said += text
  })
  child.stderr.on('data', text => {
    said += text
  })
  return new Promise<{ code: number | null; said: string }>(resolve =>
    child.on('close', code => resolve({ code, said })),
  )
}

/** Runs a program without standing in the way of its client. */
const finished = (program: string, words: readonly string[], cwd: string): Promise<string> => {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let [out, error] = ['', '']
  child.stdout.on('data', text => {
    out += text
  })
  child.stderr.on('data', text => {
    error += text
  })
  return new Promise((resolve, reject) =>
    child.on('close', code => (code === 0 ? resolve(out) : reject(new Error(`${program}: ${code}, ${out}${error}`)))),
  )
}

test('ASE’s SocketIOCalculator is driven by dualion serve', slow, async () => {
  const file = join(folder, 'crystal.extxyz')
  writeFileSync(file, writeFrame({ structure: turned }))
  const name = basename(folder)
  const serving = served(file, name)
  const frames = JSON.parse(await finished(python(), [join(here, 'ase_server.py'), file, name, '4'], folder))
  assert.equal(frames.length, 4)
  for (const frame of frames) {
    const positions = Float64Array.from(frame.positions)
    const ours = bonds.evaluate({ ...turned, positions, lattice: Float64Array.from(frame.lattice) })
    // ASE has hartree and bohr of CODATA 2014, 1e-8 and 4e-10 off ours
    close([frame.energy], [ours.energy], 1e-7, 'energy')
    close(frame.forces, ours.forces, 1e-7, 'force')
    close(frame.stress, ours.stress!, 1e-8, 'stress')
  }
  const { code, said } = await serving
  assert.equal(code, 0, said)
  assert.match(said, /Morse: 4 evaluations/)
})

test('i-PI runs dynamics on dualion serve', slow, async () => {
  const file = join(folder, 'start.extxyz')
  writeFileSync(file, writeFrame({ structure: crystal }))
  const name = `${basename(folder)}-ipi`
  const input = readFileSync(join(here, 'nve.xml'), 'utf8').replace('NAME', name).replace('STRUCTURE', file)
  writeFileSync(join(folder, 'nve.xml'), input)
  const serving = served(file, name)
  await finished(join(python(), '../i-pi'), ['nve.xml'], folder)
  const rows = readFileSync(join(folder, 'run.out'), 'utf8')
    .split('\n')
    .filter(line => line.trim() && !line.startsWith('#'))
    .map(line => line.trim().split(/\s+/).map(Number))
  const lines = readFileSync(join(folder, 'run.pos_0.xyz'), 'utf8').trim().split('\n')
  assert.equal(lines.length, rows.length * 6, 'two lines and four atoms a step')
  assert.ok(rows.length >= 6)
  rows.forEach(([, potential], i) => {
    // positions are printed to 1e-5 Å, in forces of a few eV/Å
    const atoms = lines.slice(6 * i + 2, 6 * i + 6).flatMap(line => line.trim().split(/\s+/).slice(1).map(Number))
    const ours = bonds.evaluate({ ...crystal, positions: Float64Array.from(atoms) })
    close([potential], [ours.energy], 1e-4, `potential of step ${i}`)
  })
  // a step of 1 fs on bonds of these stiffnesses: energy is kept to ω²Δt²/12 of the kinetic energy
  const conserved = rows.map(row => row[2])
  assert.ok(Math.max(...conserved) - Math.min(...conserved) < 0.05, `${conserved}`)
  const { code, said } = await serving
  assert.equal(code, 0, said)
})

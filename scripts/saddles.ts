/**
 * Saddles of the shipped potential, recomputed by its teacher: scripts/saddles.ts [ipi:COMMAND]
 *
 * From each guess of potentials/mo-s-li-mg/saddles.json (a structure of the data or a cell of the host, an ion thought to move
 * along the first cell vector) the saddle is found and its end state relaxed with the fitted potential; a point of second
 * order is left along its second mode. With a teacher, its energies and forces there are asked for, and saddles.md,
 * saddles.extxyz.gz are written beside.
 *
 *   node --import tsx --conditions=source scripts/saddles.ts 'ipi:python potentials/mo-s-li-mg/teacher/client.py {name} {structure}'
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { textTable } from '../cli/table.ts'
import { readCif } from '../src/crystal/formats/cif.ts'
import { readFrames } from '../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../src/crystal/formats/extxyz-write.ts'
import { toCartesian } from '../src/crystal/lattice.ts'
import { type Structure, withAtoms } from '../src/crystal/structure.ts'
import { supercell } from '../src/crystal/supercell.ts'
import type { Evaluation } from '../src/engine/engine.ts'
import { ipi } from '../src/engine/ipi/index.ts'
import { moSLiMg } from '../src/engine/potentials/mo-s-li-mg.ts'
import { drive } from '../src/engine/search.ts'
import { checkSaddle, findSaddle, relax } from '../src/migration/index.ts'

type Guess = { readonly name: string } & (
  | { readonly saddle: string; readonly end: string; readonly ion: number }
  | { readonly cell: readonly number[]; readonly symbol: string; readonly vector: number }
)

const home = new URL('../potentials/mo-s-li-mg/', import.meta.url)
const guesses: readonly Guess[] = JSON.parse(readFileSync(new URL('saddles.json', home), 'utf8'))
const wanted = new Set(guesses.flatMap(guess => ('saddle' in guess ? [guess.saddle, guess.end] : [])))
const structures = new Map<string, Structure>()
for (const file of readdirSync(new URL('data/', home)))
  for (const { structure, info } of readFrames(
    [gunzipSync(readFileSync(new URL(`data/${file}`, home))).toString()],
    file,
  )) {
    const label = String(info.config)
    if (wanted.has(label) && !structures.has(label)) structures.set(label, structure)
  }

/** Start of a saddle search, of a relaxation to its end state, the ion that moves and the cavities along the cell vector. */
const placesOf = (guess: Guess) => {
  if ('saddle' in guess) {
    const [saddle, end] = [guess.saddle, guess.end].map(label => structures.get(label)!)
    return { saddle, end, ion: guess.ion, cavities: 3 }
  }
  const at = (f: readonly number[]) =>
    withAtoms(supercell(host, guess.cell), [guess.symbol], toCartesian(f, host.lattice))
  // the window is a centre of inversion; the inner site is facts of the host
  return {
    saddle: at([0.5, 0.01, 0]),
    end: at([0.107, -0.056, -0.045]),
    ion: supercell(host, guess.cell).species.length,
    cavities: guess.vector,
  }
}

/** How far off a point of second order is left [Å]. */
const aside = 0.3

const host = readCif(readFileSync(new URL('Mo6S8.cif', home), 'utf8'), 'Mo6S8.cif')
const engine = moSLiMg()
const found = guesses.flatMap(guess => {
  const { saddle: start, end, ion, cavities } = placesOf(guess)
  const direction = new Float64Array(start.positions.length)
  const along = start.lattice.slice(0, 3)
  for (let d = 0; d < 3; d++) direction[3 * ion + d] = along[d] / Math.hypot(...along)
  const search = (from: Structure, tolerance: number, maxSteps: number) => {
    const saddle = drive(findSaddle(from, { direction, forceTolerance: tolerance, maxSteps }), engine)
    const { forces } = saddle.evaluation
    return {
      saddle,
      check: drive(checkSaddle(saddle.structure, { forces, guess: saddle.mode, forceTolerance: 0.05 }), engine),
    }
  }
  let { saddle, check } = search(start, 0.01, 300)
  for (let tries = 0; check.negativeModes > 1 && tries < 3; tries++) {
    // it falls to a second side: off to that side, and closer
    const positions = saddle.structure.positions.map((x, k) => x + aside * check.directions[1][k])
    ;({ saddle, check } = search({ ...saddle.structure, positions }, 0.005, 1500))
  }
  const relaxed = drive(relax(end, { forceTolerance: 0.01, maxSteps: 300 }), engine)
  const [a, r] = [along, saddle.structure.positions.slice(3 * ion, 3 * ion + 3)]
  const place = (cavities * (a[0] * r[0] + a[1] * r[1] + a[2] * r[2])) / (a[0] ** 2 + a[1] ** 2 + a[2] ** 2)
  process.stderr.write(
    `${guess.name}: ${(saddle.energy - relaxed.energy).toFixed(3)} eV, ${check.verified ? 'first order' : check.why}, ion at ${place.toFixed(2)} a\n`,
  )
  return check.verified ? [{ guess, saddle, relaxed }] : []
})

const command = process.argv[2]
if (command?.startsWith('ipi:')) {
  const teacher = ipi({ command: command.slice(4), report: note => process.stderr.write(`${note}\n`) })
  const places = found.flatMap(({ saddle, relaxed }) => [saddle.structure, relaxed.structure])
  let answers: readonly Evaluation[]
  try {
    answers = await teacher.evaluateAll(places)
  } finally {
    await teacher.close()
  }
  const rows = found.map(({ guess, saddle, relaxed }, k) => {
    const [top, bottom] = [answers[2 * k], answers[2 * k + 1]]
    const ours = saddle.energy - relaxed.energy
    const theirs = top.energy - bottom.energy
    let force = 0
    for (let i = 0; i < top.forces.length; i += 3)
      force = Math.max(force, Math.hypot(top.forces[i], top.forces[i + 1], top.forces[i + 2]))
    return { guess, ours, theirs, force }
  })
  const cells = rows.map(({ guess, ours, theirs, force }) => [
    guess.name,
    ours.toFixed(3),
    theirs.toFixed(3),
    `${ours > theirs ? '+' : '−'}${Math.abs(1e3 * (ours - theirs)).toFixed(0)}`,
    force.toFixed(3),
  ])
  const head = ['saddle', 'potential / eV', 'teacher / eV', 'error / meV', "teacher's largest force / eV/Å"]
  process.stdout.write(textTable([head, ...cells]))
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  writeFileSync(
    new URL('saddles.md', home),
    [
      '# Saddles recomputed by the teacher',
      '',
      'First-order saddles (one negative mode) and end states were found with the frozen potential; the teacher (SevenNet-0) was then asked at the same structures. Energies are saddle less end state. Written by `scripts/saddles.ts`.',
      '',
      line(head),
      line(head.map(() => '---')),
      ...cells.map(line),
      '',
    ].join('\n'),
  )
  const frames = found.flatMap(({ guess, saddle, relaxed }, k) =>
    (
      [
        ['saddle', saddle.structure, answers[2 * k]],
        ['end', relaxed.structure, answers[2 * k + 1]],
      ] as const
    ).map(([what, structure, { energy, forces }]) =>
      writeFrame({
        structure: { ...structure, positions: structure.positions.map(x => Math.round(x * 1e6) / 1e6) },
        energy: Math.round(energy * 1e5) / 1e5,
        forces: forces.map(f => Math.round(f * 1e4) / 1e4 + 0),
        info: { config: `${what}: ${guess.name}` },
      }),
    ),
  )
  writeFileSync(new URL('saddles.extxyz.gz', home), gzipSync(frames.join(''), { level: 9 }))
}

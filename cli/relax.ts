import { writeFrame } from '../src/crystal/formats/extxyz-write.ts'
import { formatOfName } from '../src/crystal/formats/read-structure.ts'
import { type WriteFormat, writeStructure } from '../src/crystal/formats/write-structure.ts'
import { cellParameters } from '../src/crystal/lattice.ts'
import { refuse } from '../src/error.ts'
import { type RelaxProgress, relax } from '../src/migration/relax.ts'
import { engineSpecOfText } from '../src/study/engine-spec.ts'
import { openEngine } from '../src/study/open-engine.ts'
import { exitCode, report } from './exit.ts'
import { runSearch } from './search-progress.ts'
import { requireKnown, structureOfFile } from './structure.ts'
import { programVersion } from './version.ts'
import { checkTargets, toFile } from './write.ts'

export type RelaxCommandOptions = {
  readonly engine: string
  readonly cell?: boolean
  readonly forceTolerance: number
  readonly maxSteps: number
  readonly out?: string
  readonly json?: string
}

/** `dualion relax FILE --engine SPEC`: the nearest minimum of a structure. */
export const relaxCommand = async (file: string, o: RelaxCommandOptions): Promise<void> => {
  await checkTargets({ out: o.out, json: o.json }, file)
  const format = o.out === undefined ? undefined : formatToWrite(o.out)
  const { structure, notes } = await structureOfFile(file)
  const engine = await openEngine(await engineSpecOfText(o.engine), {
    folder: process.cwd(),
    report: note => process.stderr.write(`note: ${note}\n`),
  })
  try {
    requireKnown(structure, file, engine)
    const end = await runSearch(
      engine,
      relax(structure, { forceTolerance: o.forceTolerance, maxSteps: o.maxSteps, cell: o.cell ?? false }),
      { stage: () => `relax ${structure.name ?? file}`, words },
    )
    if (end.error !== undefined && end.last === undefined) throw end.error
    const state = end.result ?? end.last
    if (state === undefined) {
      process.exitCode = exitCode.interrupted
      return
    }
    const outcome = end.result?.outcome ?? (end.interrupted ? 'interrupted' : 'failed')
    const stream = [o.out, o.json].includes('-') ? process.stderr : process.stdout
    stream.write(
      `${outcome}: energy ${state.energy.toFixed(6)} eV, largest force ${state.largestForce.toPrecision(3)} eV/Å` +
        `${state.largestStress === undefined ? '' : `, largest stress ${state.largestStress.toPrecision(3)} eV/Å³`}` +
        `${end.result === undefined ? '' : `, ${end.result.forceCalls} force call${end.result.forceCalls === 1 ? '' : 's'}`}, ${engine.name}\n`,
    )
    if (o.cell) {
      const { lengths, angles } = cellParameters(state.structure.lattice)
      stream.write(
        `cell: ${lengths.map(x => x.toFixed(5)).join(' ')} Å, ${angles.map(x => x.toFixed(3)).join(' ')} degrees\n`,
      )
    }
    const extrapolation = end.result?.evaluation.extrapolation
    if (extrapolation !== undefined && extrapolation > 1)
      stream.write(
        `note: outside the domain of the potential, extrapolation ${extrapolation.toPrecision(3)} (1 is the edge of what it was fitted to): do not trust the energy\n`,
      )
    if (engine.screening)
      stream.write('note: screening only: this engine ranks and gives first guesses, its energies are none\n')
    if (end.result?.evaluation.forces.every(force => force === 0))
      stream.write(
        'note: there is no force on any atom: the engine has no law for these, and there was nothing to relax\n',
      )
    for (const note of notes) stream.write(`note: ${note}\n`)
    if (o.out !== undefined) {
      const forces = end.result
        ? { energy: state.energy, forces: end.result.evaluation.forces }
        : { energy: state.energy }
      await toFile(o.out, [
        format === 'extxyz'
          ? writeFrame({ structure: state.structure, ...forces })
          : writeStructure(state.structure, format!),
      ])
    }
    if (o.json !== undefined)
      await toFile(o.json, [
        jsonOf(state, {
          outcome,
          file,
          engine: engine.name,
          ...(extrapolation === undefined ? {} : { extrapolation }),
          ...(engine.screening ? { screening: true } : {}),
        }),
      ])
    for (const name of [o.out, o.json]) if (name !== undefined && name !== '-') stream.write(`wrote ${name}\n`)
    if (end.interrupted) process.exitCode = exitCode.interrupted
    else if (end.error !== undefined) process.exitCode = report(end.error)
  } finally {
    await engine.close()
  }
}

const words = ({ step, energy, largestForce }: RelaxProgress): string =>
  `step ${step}, ${energy.toFixed(4)} eV, largest force ${largestForce.toPrecision(3)} eV/Å`

const formatToWrite = (name: string): WriteFormat => {
  const format = name === '-' ? 'extxyz' : formatOfName(name)
  if (format === 'json') return 'pymatgen'
  if (format === undefined || format === 'optimade')
    return refuse('--out', name, 'a name that ends in .cif, .vasp, .extxyz, .xyz or .json')
  return format
}

const jsonOf = (
  {
    structure,
    energy,
    largestForce,
    largestStress,
  }: Pick<RelaxProgress, 'structure' | 'energy' | 'largestForce' | 'largestStress'>,
  head: {
    readonly outcome: string
    readonly file: string
    readonly engine: string
    readonly extrapolation?: number
    readonly screening?: boolean
  },
): string =>
  `${JSON.stringify(
    {
      format: 'dualion relaxation',
      formatVersion: 1,
      program: `dualion ${programVersion()}`,
      ...head,
      energy,
      largestForce,
      largestStress,
      structure: JSON.parse(writeStructure(structure, 'pymatgen')),
    },
    undefined,
    1,
  )}\n`

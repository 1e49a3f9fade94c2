import { access, constants, stat } from 'node:fs/promises'
import { type Distilled, type Recipe, recipeFrom } from '../src/distil/index.ts'
import { toPotentialFile } from '../src/engine/ace/index.ts'
import { refuse } from '../src/error.ts'
import { decoded } from '../src/file/decoded.ts'
import { readInput } from '../src/study/read-input.ts'
import { fitFiles } from './distil/passes.ts'
import { exitCode } from './exit.ts'
import { textTable } from './table.ts'
import { programVersion } from './version.ts'
import { checkTargets, toFile } from './write.ts'

export type DistilOptions = {
  readonly recipe?: string
  readonly out?: string
  readonly json?: string
  readonly workers: number
  readonly teacher?: string
  readonly paths?: readonly string[]
  readonly grown?: string
  readonly rounds: number
  readonly add: number
  readonly seed: number
}

/** Signals that end a fit as a user's wish. */
const signals = ['SIGINT', 'SIGTERM'] as const

/** Largest recipe that is read [bytes]. */
const mostRecipe = 1e6

/** `dualion distil DATA…`: fits a potential to labelled structures and says how good it is. */
export const distilCommand = async (files: readonly string[], o: DistilOptions): Promise<void> => {
  const inputs = [...files, ...(o.recipe === undefined ? [] : [o.recipe]), ...(o.paths ?? [])]
  await checkTargets({ json: o.json, out: o.out, grown: o.grown }, ...inputs)
  for (const file of [...files, ...(o.paths ?? [])]) await checkData(file)
  if (o.teacher === undefined)
    for (const [option, value] of Object.entries({ '--grown': o.grown, '--paths': o.paths?.[0] }))
      if (value !== undefined) refuse(option, value, 'only with --teacher, which labels structures')
  const recipe = await recipeOf(o.recipe)
  const say = (text: string) => process.stderr.write(`${text}\n`)

  const interrupted = new AbortController()
  const { signal } = interrupted
  const stop = () => interrupted.abort()
  for (const name of signals) process.once(name, stop) // a second one ends at once
  const fitted = await (o.teacher === undefined
    ? fitFiles(files, recipe, { workers: o.workers, say, signal })
    : (await import('./distil/grow.ts')).grow(files, recipe, { ...o, teacher: o.teacher, say, signal })
  )
    .catch(error => {
      if (!signal.aborted) throw error
      return undefined
    })
    .finally(() => {
      for (const name of signals) process.off(name, stop)
    })
  if (signal.aborted) {
    const grown = o.grown === undefined ? '' : `; what the teacher said is in ${o.grown}`
    say(
      `dualion: interrupted, ${fitted ? 'the fit is that of the last round that ended' : 'nothing is fitted yet'}${grown}`,
    )
    process.exitCode = exitCode.interrupted
  }
  if (fitted === undefined) return
  const { distilled, frames, hash } = fitted
  const card = { ...recipe.card, ...made(distilled, frames, hash, recipe) }
  const stream = o.out === '-' || o.json === '-' ? process.stderr : process.stdout
  stream.write(`${summary(distilled)}\n`)
  for (const { name, from, to } of recipe.differences)
    if (!distilled.differences.some(found => found.name === name))
      stream.write(
        `note: difference ${JSON.stringify(name)} left out: no frames are called ${from} and ${to} (config=)\n`,
      )
  if (o.out !== undefined) {
    await toFile(o.out, [`${JSON.stringify(toPotentialFile(distilled.potential, card))}\n`])
    if (o.out !== '-') stream.write(`wrote ${o.out}\n`)
  }
  if (o.json !== undefined) {
    const { errors, differences, fit } = distilled
    const content = {
      format: 'dualion-distil',
      formatVersion: 1,
      program: card.program,
      card,
      fit,
      errors,
      differences,
    }
    await toFile(o.json, [`${JSON.stringify(content, null, 1)}\n`])
    if (o.json !== '-') stream.write(`wrote ${o.json}\n`)
  }
}

/** Refuse what holds no data before anything is read. */
const checkData = async (file: string): Promise<void> => {
  const found = await stat(file)
  if (found.isDirectory()) refuse(file, 'a folder', 'a file')
  if (!found.isFile() && !found.isFIFO()) refuse(file, 'a device', 'a file')
  await access(file, constants.R_OK)
}

const recipeOf = async (file: string | undefined): Promise<Recipe> => {
  if (file === undefined) return recipeFrom({}, 'recipe')
  const text = decoded(await readInput(file, mostRecipe), file)
  try {
    return recipeFrom(JSON.parse(text), file)
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(file, error.message, 'a JSON file')
    throw error
  }
}

const made = (distilled: Distilled, frames: number, hash: string, recipe: Recipe) => ({
  program: `dualion ${programVersion()}`,
  frames,
  dataSha256: hash,
  elements: distilled.potential.basis.species,
  coefficients: distilled.potential.coefficients.length,
  prior: distilled.fit.prior,
  heldOut: recipe.heldOut,
  errors: distilled.errors,
  differences: distilled.differences,
})

/** Errors by kind and the differences, as tables. */
const summary = ({ errors, differences }: Distilled): string => {
  const rows = Object.entries(errors).map(([kind, e]) => [
    kind,
    String(e.frames),
    (1e3 * e.energy).toFixed(2),
    (1e3 * e.worstEnergy).toFixed(2),
    e.force.toFixed(4),
    e.forceSize.toFixed(3),
    e.worstForce.toFixed(2),
    Number.isNaN(e.stress) ? '' : (1e3 * e.stress).toFixed(2),
    e.extrapolation === Number.POSITIVE_INFINITY ? '∞' : e.extrapolation.toFixed(2),
  ])
  const head = [
    ['', '', 'energy / meV per atom', '', 'force / eV/Å', '', '', 'stress / meV/Å³', 'grade'],
    ['kind', 'frames', 'rms', 'worst', 'rms', 'of', 'worst', 'rms', 'largest'],
  ]
  const tables = [textTable([...head, ...rows])]
  if (differences.length > 0)
    tables.push(
      textTable([
        ['difference', 'teacher / eV', 'error / meV'],
        ...differences.map(d => [d.name, d.teacher.toFixed(3), (1e3 * d.error).toFixed(1)]),
      ]),
    )
  return tables.join('\n')
}

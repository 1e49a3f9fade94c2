import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readFramesAsync } from '../src/crystal/formats/extxyz.ts'
import { type Distilled, distillation, type Labelled, labelled, type Recipe, recipeFrom } from '../src/distil/index.ts'
import { toPotentialFile } from '../src/engine/ace/index.ts'
import { refuse } from '../src/error.ts'
import { readInput } from './input.ts'
import { textTable } from './table.ts'
import { programVersion } from './version.ts'
import { checkTargets, toFile } from './write.ts'

export type DistilOptions = {
  readonly recipe?: string
  readonly out?: string
  readonly json?: string
}

/** Largest recipe that is read [bytes]. */
const mostRecipe = 1e6

/** `dualion distil DATA…`: fits a potential to labelled structures and says how good it is. */
export const distilCommand = async (files: readonly string[], o: DistilOptions): Promise<void> => {
  await checkTargets(o.json === undefined ? {} : { json: o.json })
  if (o.out !== undefined) await checkTargets({ json: o.out })
  for (const file of files) await access(file)
  const recipe = await recipeOf(o.recipe)
  const say = (text: string) => process.stderr.write(`${text}\n`)

  const { distilled, frames, hash } = await fitFiles(files, recipe, say)
  const card = { ...recipe.card, ...made(distilled, frames, hash, recipe) }
  const stream = o.out === '-' || o.json === '-' ? process.stderr : process.stdout
  stream.write(`${summary(distilled)}\n`)
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

const recipeOf = async (file: string | undefined): Promise<Recipe> => {
  if (file === undefined) return recipeFrom({}, 'recipe')
  const text = new TextDecoder().decode(await readInput(file, mostRecipe))
  try {
    return recipeFrom(JSON.parse(text), file)
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(file, error.message, 'a JSON file')
    throw error
  }
}

/** Four passes over files that are read as streams; `more` frames are in memory and come last. */
export const fitFiles = async (
  files: readonly string[],
  recipe: Recipe,
  say: (text: string) => void,
  more: readonly Labelled[] = [],
): Promise<{ distilled: Distilled; frames: number; hash: string }> => {
  const work = distillation(recipe)
  const hash = createHash('sha256')
  let frames = 0
  const pass = async (visit: (frame: Labelled) => void, digest?: Hash) => {
    let seen = 0
    let said = performance.now()
    for (const file of files)
      for await (const frame of framesOf(file, digest)) {
        visit(frame)
        seen++
        if (performance.now() - said > 30_000) {
          said = performance.now()
          say(`  ${seen}${frames > 0 ? ` of ${frames}` : ''} frames`)
        }
      }
    for (const frame of more) visit(frame)
    frames = seen + more.length
  }
  await pass(work.look, hash)
  const sizes = work.basis().terms.map(({ count }, s) => `${work.basis().species[s]} ${count + 1}`)
  say(`${frames} frames; coefficients: ${sizes.join(', ')}`)
  await pass(work.learn)
  const steps = work.solveSteps()
  for (;;) {
    const next = steps.next()
    if (next.done) break
    const { prior, error } = next.value
    say(`prior ${prior.strength} (1 + degree)^${prior.power}: weighted error of the folds left out ${error.toFixed(4)}`)
  }
  await pass(work.reach)
  await pass(work.judge)
  return { distilled: work.result(), frames, hash: hash.digest('hex') }
}

/** Labelled frames of one file, gzipped or not, as they are read. */
export async function* framesOf(file: string, digest?: Hash): AsyncGenerator<Labelled> {
  let number = 0
  let source: Readable = createReadStream(file)
  if (file.endsWith('.gz')) {
    const packed = source
    const unpack = createGunzip()
    packed.on('error', error => unpack.destroy(error))
    source = packed.pipe(unpack)
  }
  if (digest) source.on('data', piece => digest.update(piece))
  source.setEncoding('utf8')
  try {
    for await (const frame of readFramesAsync(source as AsyncIterable<string>, file))
      yield labelled(frame, `${file} frame ${++number}`)
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      refuse(file, (error as Error).message, 'a gzipped text file')
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
    e.extrapolation.toFixed(2),
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

import { refuse } from '../src/error.ts'
import { suggestion } from '../src/file/nearest.ts'

const schemas: Readonly<Record<string, () => Promise<object>>> = {
  cell: async () => (await import('../src/file/cell-schema.ts')).cellFileJsonSchema(),
  study: async () => (await import('../src/study/study-file.ts')).studyJsonSchema(),
  lattice: async () => (await import('../src/file/lattice/schema.ts')).latticeJsonSchema(),
  ladder: async () => (await import('../src/ladder/study-file.ts')).ladderJsonSchema(),
  recipe: async () => (await import('../src/distil/check-recipe.ts')).recipeJsonSchema(),
}

/** `dualion schema [cell|study|lattice|ladder|recipe]`: the JSON Schema of a file of ours. */
export const schema = async (of = 'cell'): Promise<void> => {
  const names = Object.keys(schemas)
  if (!Object.hasOwn(schemas, of)) refuse('schema', of, `${names.join(', ')}${suggestion(of, names)}`)
  process.stdout.write(`${JSON.stringify(await schemas[of](), undefined, 2)}\n`)
}

import { cellFileJsonSchema } from '../src/file/cell-schema.ts'

/** `dualion schema`: the JSON Schema of our cell file. */
export const schema = (): void => {
  process.stdout.write(`${JSON.stringify(cellFileJsonSchema(), undefined, 2)}\n`)
}

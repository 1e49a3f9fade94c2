/**
 * A validation case is a file `test/validation/NN-name.ts` that exports the members of `ValidationCase` by name. The same
 * file is a test (`npm test`), a row of `dualion validate` and a page of the book (`npm run book`).
 */
export type ValidationCase = {
  /** What it is about, as a heading. */
  readonly title: string
  /** The one physics fact that is claimed, as a sentence. */
  readonly claim: string
  /** Reference key with equation or table, or `derived …`. */
  readonly source: string
  /** The equation as text; may be several lines. */
  readonly equation: string
  /** Why the tolerances are what they are, and which mistake the case would catch. */
  readonly why: string
  /** Computes the table: theory beside dualion. */
  run(): readonly ValidationRow[] | Promise<readonly ValidationRow[]>
  /** An SVG document, drawn only for the book. */
  figure?(): string | Promise<string>
}

export type ValidationRow = {
  readonly quantity: string
  readonly unit?: string
  /** The exact or reference value. */
  readonly theory: number
  readonly dualion: number
  /** Largest error allowed: relative to `theory`, or in its unit where `absolute`. */
  readonly tolerance: number
  readonly absolute?: boolean
}

/** Error of a row on the scale of its tolerance. */
export const errorOf = ({ theory, dualion, absolute }: ValidationRow): number =>
  absolute || theory === 0 ? Math.abs(dualion - theory) : Math.abs(dualion - theory) / Math.abs(theory)

/** True where the row holds; a number that is none never does. */
export const holds = (row: ValidationRow): boolean => errorOf(row) <= row.tolerance

/** `1.2345e-5`: five digits, plain where that is shorter. */
export const digits = (value: number): string => {
  const plain = String(Number(value.toPrecision(5)))
  return plain.length <= 9 ? plain : value.toExponential(4)
}

/** A table row as cells: quantity, theory, dualion, error, tolerance. */
export const cells = (row: ValidationRow): readonly string[] => {
  const unit = row.unit === undefined ? '' : ` [${row.unit}]`
  const error = errorOf(row).toExponential(1)
  const kind = row.absolute || row.theory === 0 ? '' : ' rel.'
  return [
    `${row.quantity}${unit}`,
    digits(row.theory),
    digits(row.dualion),
    `${error}${kind}`,
    row.tolerance.toExponential(0),
  ]
}

export const tableHead = ['quantity', 'theory', 'dualion', 'error', 'tolerance'] as const

/** The cases of a folder (this one, or its compiled twin), in the order of their names. */
export const validationCases = async (): Promise<
  readonly { readonly name: string; readonly case: ValidationCase }[]
> => {
  const { readdir } = await import('node:fs/promises')
  const names = (await readdir(new URL('.', import.meta.url)))
    .filter(name => /^\d\d-[\w-]+\.(ts|js)$/.test(name))
    .sort()
  return Promise.all(
    names.map(async name => ({
      name: name.replace(/\.(ts|js)$/, ''),
      case: (await import(new URL(name, import.meta.url).href)) as ValidationCase,
    })),
  )
}

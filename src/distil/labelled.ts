import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'

/** A structure with what a teacher said of it. */
export type Labelled = {
  readonly structure: Structure
  /** U [eV]. */
  readonly energy: number
  /** [eV/Å], [n, 3]. */
  readonly forces: Float64Array
  /** σ [eV/Å³], [9], tension positive; absent where the teacher gave none. */
  readonly stress?: Float64Array
  /** What the file calls it (`config=`). */
  readonly label: string
}

/** Key–value pairs of a comment line of extended XYZ. */
const keyValues = (line: string): ReadonlyMap<string, string> =>
  new Map([...line.matchAll(/([A-Za-z_][\w-]*)=(?:"([^"]*)"|'([^']*)'|(\S+))/g)].map(m => [m[1], m[2] ?? m[3] ?? m[4]]))

/**
 * Frames of an extended XYZ file that carry energy and forces, as lines come in: one frame in memory at a time.
 *
 * @param file  its name, for messages
 * @throws SimulationError (`input`) with file and line where a frame is broken or lacks its labels
 */
export function* labelledFrames(lines: Iterable<string>, file: string): Generator<Labelled> {
  let lineNumber = 0
  const source = lines[Symbol.iterator]()
  const next = (): string | undefined => {
    lineNumber++
    const { done, value } = source.next()
    return done ? undefined : value
  }
  for (;;) {
    let head = next()
    while (head !== undefined && head.trim() === '') head = next()
    if (head === undefined) return
    const n = Number(head)
    if (!(Number.isInteger(n) && n > 0)) refuse(`${file} line ${lineNumber}`, head, 'the number of atoms of a frame')
    const comment = next() ?? ''
    const info = keyValues(comment)
    const at = `${file} line ${lineNumber}`
    const numbers = (key: string, count: number): Float64Array | undefined => {
      const text = info.get(key)
      if (text === undefined) return undefined
      const values = Float64Array.from(text.trim().split(/\s+/), Number)
      if (values.length !== count || values.some(v => !Number.isFinite(v)))
        refuse(`${at} ${key}`, text, `${count} numbers`)
      return values
    }
    const lattice = numbers('Lattice', 9) ?? refuse(`${at} Lattice`, undefined, 'nine numbers [Å]')
    const energy = numbers('energy', 1) ?? refuse(`${at} energy`, undefined, 'a number [eV]')
    const properties = (info.get('Properties') ?? '').split(':')
    const columns = new Map<string, number>()
    for (let k = 0, column = 0; k + 2 < properties.length; k += 3) {
      columns.set(properties[k], column)
      column += Number(properties[k + 2])
    }
    const [sAt, rAt, fAt] = ['species', 'pos', 'forces'].map(
      key => columns.get(key) ?? refuse(`${at} Properties`, info.get('Properties'), 'species, pos and forces'),
    )
    const species: string[] = []
    const positions = new Float64Array(3 * n)
    const forces = new Float64Array(3 * n)
    for (let i = 0; i < n; i++) {
      const fields = (next() ?? '').trim().split(/\s+/)
      species.push(fields[sAt])
      for (let d = 0; d < 3; d++) {
        positions[3 * i + d] = Number(fields[rAt + d])
        forces[3 * i + d] = Number(fields[fAt + d])
        if (!Number.isFinite(positions[3 * i + d] + forces[3 * i + d]))
          refuse(`${file} line ${lineNumber}`, fields.join(' '), 'an element, a position [Å] and a force [eV/Å]')
      }
    }
    const stress = numbers('stress', 9)
    yield {
      structure: { species, lattice, positions },
      energy: energy[0],
      forces,
      ...(stress ? { stress } : {}),
      label: info.get('config') ?? info.get('config_type') ?? '',
    }
  }
}

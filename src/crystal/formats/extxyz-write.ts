import { refuse } from '../../error.ts'
import { checkStructure } from '../structure.ts'
import type { InfoValue } from './extxyz-comment.ts'
import type { AtomColumn, Frame } from './extxyz-frame.ts'
import { written } from './poscar-write.ts'

type FrameToWrite = Pick<Frame, 'structure'> & Partial<Frame>

/**
 * One configuration as extended XYZ, as ASE and OVITO read it; numbers read back as themselves. Stress is written as nine
 * numbers.
 */
export const writeFrame = (frame: FrameToWrite): string => {
  const { structure, energy, forces, stress, info = {}, columns = {} } = frame
  checkStructure(structure)
  const { species, lattice, positions, periodic = [true, true, true], labels, occupancy, oxidation, name } = structure
  const n = species.length
  const table: readonly (readonly [string, AtomColumn])[] = [
    ['species', { width: 1, values: species }],
    ['pos', { width: 3, values: positions }],
    ...(forces ? [['forces', { width: 3, values: forces }] as const] : []),
    ...(occupancy ? [['occupancy', { width: 1, values: occupancy }] as const] : []),
    ...(oxidation ? [['oxidation', { width: 1, values: oxidation }] as const] : []),
    ...(labels?.every(label => /^\S+$/.test(label)) ? [['labels', { width: 1, values: labels }] as const] : []),
    ...Object.entries(columns),
  ]
  for (const [key, { width, values }] of table)
    if (values.length !== n * width)
      refuse(`column ${key}`, values.length, `${n * width} values, ${width} for each of ${n} atoms`)
  const list = (values: ArrayLike<number>) => Array.from(values, written).join(' ')
  const comment = [
    `Lattice="${list(lattice)}"`,
    `Properties=${table.map(([key, column]) => `${key}:${kindOf(column)}:${column.width}`).join(':')}`,
    ...(name ? [`name=${quoted(name)}`] : []),
    ...(energy === undefined ? [] : [`energy=${written(energy)}`]),
    ...(stress ? [`stress="${list(stress)}"`] : []),
    ...Object.entries(info).map(
      ([key, value]) => `${/^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key)}=${infoWord(value)}`,
    ),
    `pbc="${periodic.map(repeats => (repeats ? 'T' : 'F')).join(' ')}"`,
  ]
  const lines = [String(n), comment.join(' ')]
  for (let i = 0; i < n; i++)
    lines.push(
      table
        .map(([, { width, values }]) =>
          Array.from({ length: width }, (_, c) => {
            const value = values[i * width + c]
            return typeof value === 'number' ? written(value) : typeof value === 'boolean' ? (value ? 'T' : 'F') : value
          }).join(' '),
        )
        .join(' '),
    )
  lines.push('')
  return lines.join('\n')
}

/** Configurations as pieces of a file. */
export function* writeFrames(frames: Iterable<FrameToWrite>): Generator<string> {
  for (const frame of frames) yield writeFrame(frame)
}

const kindOf = ({ values, whole }: AtomColumn): string =>
  values instanceof Float64Array ? (whole ? 'I' : 'R') : typeof values[0] === 'boolean' ? 'L' : 'S'

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, match => `\\${match}`).replace(/\r?\n/g, '\\n')}"`

const infoWord = (value: InfoValue): string => {
  const one = (item: number | string | boolean) =>
    typeof item === 'number' ? written(item) : typeof item === 'boolean' ? (item ? 'T' : 'F') : item
  if (!Array.isArray(value)) {
    const text = one(value as number | string | boolean)
    return typeof value === 'string' && !/^[\w.+:/-]+$/.test(text) ? quoted(text) : text
  }
  const items = value as readonly (number | string | boolean)[]
  return items.length > 1 && typeof items[0] !== 'string'
    ? `"${items.map(one).join(' ')}"`
    : `[${items.map(item => (typeof item === 'string' ? quoted(item) : one(item))).join(', ')}]`
}

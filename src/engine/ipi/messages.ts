import type { Structure } from '../../crystal/structure.ts'
import { volume } from '../../crystal/structure.ts'
import { inverse, transpose } from '../../math/mat3.ts'
import { bohr, hartree } from '../../units.ts'
import type { Evaluation } from '../engine.ts'
import { fault, header, type Wire } from './wire.ts'

/** Remarks a client may add to its forces [bytes]. */
const mostRemarks = 1 << 24

const doubles = (values: ArrayLike<number>, factor: number): Buffer => {
  const bytes = Buffer.alloc(8 * values.length)
  for (let i = 0; i < values.length; i++) bytes.writeDoubleLE(factor * values[i], 8 * i)
  return bytes
}
const numbers = (bytes: Buffer, factor: number): Float64Array =>
  Float64Array.from({ length: bytes.length / 8 }, (_, i) => factor * bytes.readDoubleLE(8 * i))
const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
const readInteger = async (wire: Wire): Promise<number> => (await wire.read(4)).readInt32LE()

/** INIT: which replica, and a text that clients skip (some need at least one byte). */
export const initMessage = (): Buffer => Buffer.concat([header('INIT'), integer(0), integer(1), Buffer.alloc(1)])

export const skipInit = async (wire: Wire): Promise<void> => {
  await wire.read(4)
  const length = await readInteger(wire)
  if (length < 0 || length > mostRemarks) throw fault(`INIT with ${length} bytes`, false)
  await wire.read(length)
}

/** POSDATA: cell and its inverse with the cell vectors as columns, positions; in bohr. */
export const positionMessage = ({ lattice, positions }: Pick<Structure, 'lattice' | 'positions'>): Buffer => {
  const columns = transpose(lattice)
  return Buffer.concat([
    header('POSDATA'),
    doubles(columns, 1 / bohr),
    doubles(inverse(columns), bohr),
    integer(positions.length / 3),
    doubles(positions, 1 / bohr),
  ])
}

/** What stands after POSDATA, for a client of n atoms. */
export const readPositions = async (
  wire: Wire,
  n: number,
): Promise<{ readonly lattice: Float64Array; readonly positions: Float64Array }> => {
  const lattice = transpose(numbers(await wire.read(72), bohr))
  await wire.read(72)
  const count = await readInteger(wire)
  if (count !== n) throw fault(`positions of ${count} atoms came, the structure has ${n}`, false)
  return { lattice, positions: numbers(await wire.read(24 * n), bohr) }
}

/** FORCEREADY: energy, forces and the virial −V σ in hartree and bohr. */
export const forceMessage = ({ energy, forces, stress }: Evaluation, structure: Structure): Buffer =>
  Buffer.concat([
    header('FORCEREADY'),
    doubles([energy], 1 / hartree),
    integer(forces.length / 3),
    doubles(forces, bohr / hartree),
    doubles(stress ?? new Float64Array(9), -volume(structure) / hartree),
    integer(0),
  ])

/** What stands after FORCEREADY. An exactly empty virial is one that the client does not have. */
export const readForces = async (wire: Wire, structure: Structure): Promise<Evaluation> => {
  const n = structure.species.length
  const [energy] = numbers(await wire.read(8), hartree)
  const count = await readInteger(wire)
  if (count !== n) throw fault(`it answered forces on ${count} atoms, the structure has ${n}`, false)
  const forces = numbers(await wire.read(24 * n), hartree / bohr)
  const virial = numbers(await wire.read(72), hartree)
  const remarks = await readInteger(wire)
  if (remarks < 0 || remarks > mostRemarks) throw fault(`it announced ${remarks} bytes of remarks`)
  await wire.read(remarks)
  if (!Number.isFinite(energy)) throw fault(`it answered ${energy} for the energy`)
  const bad = forces.findIndex(force => !Number.isFinite(force))
  if (bad >= 0) throw fault(`it answered ${forces[bad]} for the force on atom ${Math.floor(bad / 3) + 1}`)
  if (virial.some(value => !Number.isFinite(value))) throw fault('it answered a virial that is no number')
  if (virial.every(value => value === 0)) return { energy, forces }
  const V = volume(structure)
  return {
    energy,
    forces,
    stress: virial.map(
      (value, i) => (i % 4 === 0 ? -value : -shared(value, virial[3 * (i % 3) + Math.floor(i / 3)])) / V,
    ),
  }
}

/** A symmetric entry from its two places; some clients (LAMMPS) fill only one and leave 0 in the other. */
const shared = (one: number, other: number): number => (one === 0 || other === 0 ? one + other : (one + other) / 2)

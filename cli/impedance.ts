import type { Mesh } from '../src/cell/cell.ts'
import { impedance } from '../src/cell/impedance/impedance.ts'
import { impedanceCsv } from '../src/output/csv.ts'
import { cellOf } from './cell.ts'
import { fidelityOf } from './options.ts'
import { textTable } from './table.ts'
import { checkTargets, type Targets, toFile } from './write.ts'

/** Double layer of particles and metals where neither file nor option says one [F/m²]: the usual 20 µF/cm². Source: assumed */
const usualDoubleLayer = 0.2

/** Rows of the table that is printed where no file is asked for; all of a shorter spectrum. */
const mostRows = 20

export type ImpedanceOptions = Pick<Targets, 'csv' | 'svg'> & {
  readonly frequencies: Float64Array
  readonly soc?: number
  readonly amount?: string
  readonly doubleLayer?: number
  readonly metalDoubleLayer?: number
  readonly model?: string
  readonly mesh: Mesh
}

/** `dualion impedance FILE`: the spectrum of the cell at rest. */
export const impedanceCommand = async (file: string, o: ImpedanceOptions): Promise<void> => {
  await checkTargets(o, file)
  const read = await cellOf(file, o)
  const spectrum = impedance(read.cell, {
    frequencies: o.frequencies,
    fidelity: fidelityOf(o.model, read.only ?? read.fidelity),
    mesh: o.mesh,
    doubleLayer: o.doubleLayer ?? usualDoubleLayer,
    ...(o.metalDoubleLayer === undefined ? {} : { metalDoubleLayer: o.metalDoubleLayer }),
  })
  const written: string[] = []
  if (o.csv !== undefined) {
    await toFile(o.csv, [impedanceCsv(spectrum)])
    written.push(o.csv)
  }
  if (o.svg !== undefined) {
    const { nyquist } = await import('../src/plot/nyquist.ts')
    await toFile(o.svg, [nyquist([spectrum], { title: read.cell.name })])
    written.push(o.svg)
  }
  const stream = written.includes('-') ? process.stderr : process.stdout
  const { frequency, diffusion } = spectrum
  stream.write(
    `${read.cell.name}: ${frequency.length} frequencies, diffusion in particles ${Object.entries(diffusion)
      .map(([where, how]) => `${where} ${how}`)
      .join(', ')}\n`,
  )
  if (written.length === 0) stream.write(`\n${spectrumTable(spectrum)}`)
  for (const note of [...read.notes, ...spectrum.notes]) stream.write(`note: ${note}\n`)
  for (const name of written) if (name !== '-') stream.write(`wrote ${name}\n`)
}

const spectrumTable = ({
  frequency,
  real,
  imaginary,
}: Record<'frequency' | 'real' | 'imaginary', Float64Array>): string => {
  const step = Math.max(1, Math.ceil(frequency.length / mostRows))
  const rows: string[][] = [['f / Hz', 'Zre / Ohm', 'Zim / Ohm']]
  for (let i = 0; i < frequency.length; i += step) {
    rows.push([frequency[i], real[i], imaginary[i]].map(value => value.toPrecision(6)))
  }
  return textTable(rows)
}

import type { Estimate } from '../../lattice/thermodynamics/averages.ts'
import { line, type Series } from '../../plot/line.ts'
import { ink, ionColour, shades } from '../../plot/theme.ts'
import { kBeV } from '../../units.ts'
import type { Conduction } from '../conduction.ts'
import type { StageFigure } from '../stage.ts'
import type { ActivationFit } from './conduction.ts'

/** `1.234e-15 ± 5e-17`; a dash for what is not known. */
export const plusMinus = (one: Estimate | null): string =>
  one === null ? '–' : `${one.value.toExponential(3)} ± ${one.error.toExponential(0)}`

/**
 * Diffusivities over 1000/T: points as they were walked, the fits as lines, from light to dark by content; of one content that of
 * charge too, dashed.
 */
export const arrheniusFigure = (
  samples: readonly Conduction[],
  fits: readonly ActivationFit[],
  name: string,
  symbols: readonly string[],
): StageFigure[] => {
  if (fits.length === 0) return []
  const contents = [...new Set(fits.map(({ x }) => x.join()))]
  const colourOf = (x: readonly number[]): string => {
    const first = (key: string) => key.split(',').findIndex(y => Number(y) > 0)
    const own = contents.filter(key => first(key) === first(x.join()))
    return shades(ionColour(symbols[first(x.join())], symbols), own.length)[own.indexOf(x.join())]
  }
  const series = fits.flatMap(({ x, of, Ea, D0 }): Series[] => {
    const i = symbols.findIndex(symbol => of === `D*(${symbol})`)
    if (i < 0 && contents.length > 1) return []
    const own = samples.filter(one => one.x.join() === x.join())
    const known = own.flatMap(one => {
      const value = (i < 0 ? one.charge : one.tracer[i])?.value
      return value !== undefined && value > 0 ? [{ T: one.T, value }] : []
    })
    const ends = [Math.max(...known.map(({ T }) => T)), Math.min(...known.map(({ T }) => T))]
    const content = x.flatMap((y, k) => (y > 0 ? [`${symbols[k]} ${Number(y.toFixed(2))}`] : [])).join(', ')
    const colour = i < 0 ? ink.text : colourOf(x)
    return [
      { x: known.map(({ T }) => 1000 / T), y: known.map(({ value }) => value), points: true, colour },
      {
        x: ends.map(T => 1000 / T),
        y: ends.map(T => D0.value * Math.exp(-Ea.value / (kBeV * T))),
        colour,
        dashed: i < 0,
        label: contents.length > 1 ? `${of}, ${content}` : of,
      },
    ]
  })
  const svg = line(series, {
    title: `Diffusivities in ${name}`,
    // room for the names of several
    height: contents.length > 2 ? 500 : 340,
    x: { label: '1000 K / T' },
    y: { label: 'Diffusivity (m²/s)', log: true },
  })
  return [{ name: 'arrhenius', svg }]
}

/** What an unknown is, for a reader who knows the cell and not the equations. */

/** A number of a message: five digits. */
export const numberText = (value: number): string => String(Number(value.toPrecision(5)))

const kinds: Readonly<Record<string, string>> = {
  x: 'the content',
  w: 'the content',
  phiE: 'the potential of the electrolyte',
  phiS: 'the potential of the solid',
  delta: 'the voltage between solid and electrolyte',
}

/**
 * An unknown's name in words: `x[cathode, 3, surface, Li]` is "the content of Li at the surface of the particles at point 3
 * of the cathode", `phiE[separator, 14]` "the potential of the electrolyte at point 14 of the separator". Points count from
 * 0, from the anode. Anything else comes back as it is.
 */
export const inWords = (unknown: string): string => {
  const match = /^([\w.]+)\[([^\]]*)\]$/.exec(unknown)
  if (!match) return unknown === '' ? 'the state of the cell' : `the ${unknown} of the cell`
  const [, name, inside] = match
  const [where, point, shell, symbol] = inside.split(', ')
  if (name === 'metal') return `the ${where} metal of the anode`
  const place = point === undefined ? `the ${where}` : `point ${point} of the ${where}`
  if (name.startsWith('cE.')) return `the concentration of ${name.slice(3)} at ${place}`
  const kind = kinds[name] ?? name
  if (symbol === undefined) return `${kind} ${point === undefined ? 'in' : 'at'} ${place}`
  const part = shell === 'surface' ? 'at the surface' : `in ${shell}`
  return `${kind} of ${symbol} ${part} of the particles at ${place}`
}

import type { Engine } from './engine.ts'

/**
 * Several engines as one: energies, forces and stress add up. There is a stress where all have one; the extrapolation is
 * the largest that any claims; the elements are those that all know.
 */
export const sum = (engines: readonly Engine[]): Engine => {
  if (engines.length === 0) throw new RangeError('sum: needs at least one engine')
  const elements = engines
    .map(engine => engine.elements)
    .reduce((a, b) => (a.includes('*') ? b : b.includes('*') ? a : a.filter(symbol => b.includes(symbol))))
  return {
    name: engines.map(engine => engine.name).join(' + '),
    elements,
    ...(engines.some(engine => engine.external) ? { external: true } : {}),
    ...(engines.some(engine => engine.screening) ? { screening: true } : {}),
    evaluate(structure) {
      const parts = engines.map(engine => engine.evaluate(structure))
      const forces = new Float64Array(structure.positions.length)
      const stress = new Float64Array(9)
      let energy = 0
      for (const part of parts) {
        energy += part.energy
        for (let i = 0; i < forces.length; i++) forces[i] += part.forces[i]
        if (part.stress) for (let i = 0; i < 9; i++) stress[i] += part.stress[i]
      }
      const claims = parts.flatMap(part => (part.extrapolation === undefined ? [] : [part.extrapolation]))
      return {
        energy,
        forces,
        ...(parts.every(part => part.stress) ? { stress } : {}),
        ...(claims.length > 0 ? { extrapolation: Math.max(...claims) } : {}),
      }
    },
  }
}

import { F } from '../units.ts'
import type { Profiles } from './model.ts'
import { loadConcentrations, type Parts } from './parts.ts'

/** Spatial fields of a state; needs `balances` of its slopes. */
export const profilesOf = (parts: Parts, y: Float64Array): Profiles => {
  const { points, layout, electrodes, cell, K, z } = parts
  const names = cell.electrolyte.species.map(s => s.name)
  const concentration = Object.fromEntries(names.map(name => [name, new Float64Array(points.count)]))
  const phiE = new Float64Array(points.count)
  const c = new Float64Array(K)
  for (let p = 0; p < points.count; p++) {
    const at = layout.fields + p * layout.stride
    loadConcentrations(y, at, z, c)
    for (let k = 0; k < K; k++) concentration[names[k]][p] = c[k]
    phiE[p] = y[at + layout.phiE]
  }
  return {
    x: points.x.slice(),
    concentration,
    phiE,
    electrodes: electrodes.map(electrode => {
      const { where, spec, particles, radial, base, first, count, n, net } = electrode
      const symbols = spec.host.carriers.map(carrier => carrier.symbol)
      // The content x of the shells and the surface, whatever else a kernel keeps beside it.
      const stations = radial.shells + 1
      const perStation = particles.size / stations
      const content = Object.fromEntries(symbols.map(s => [s, new Float64Array(count * stations)]))
      const current = Object.fromEntries(symbols.map(s => [s, new Float64Array(count)]))
      const phiS = new Float64Array(count)
      for (let p = 0; p < count; p++) {
        const at = layout.fields + (first + p) * layout.stride
        phiS[p] = y[at + layout.phiE] + y[at + layout.delta]
        symbols.forEach((s, i) => {
          current[s][p] = net[p * n + i]
          for (let k = 0; k < stations; k++)
            content[s][p * stations + k] = y[base + p * particles.size + k * perStation + i]
        })
      }
      return {
        electrode: where,
        x: points.x.slice(first, first + count),
        r: Float64Array.from([...radial.radius, spec.particleRadius]),
        content,
        current,
        phiS,
      }
    }),
  }
}

/** Inventory of every ion in hosts, electrolyte and metal, and of each anion, also in double layers [mol/m²]. */
export const inventoryOf = (parts: Parts, y: Float64Array): Record<string, number> => {
  const { points, layout, electrodes, metal, cell, K, z } = parts
  const inventory: Record<string, number> = {}
  const add = (name: string, moles: number): void => {
    inventory[name] = (inventory[name] ?? 0) + moles
  }
  const c = new Float64Array(K)
  for (let p = 0; p < points.count; p++) {
    loadConcentrations(y, layout.fields + p * layout.stride, z, c)
    for (let k = 0; k < K; k++) add(cell.electrolyte.species[k].name, points.volume[p] * c[k])
  }
  for (const { spec, particles, radial, base, first, count, n } of electrodes) {
    const x = new Float64Array(n)
    const perSurface = radial.volume.reduce((a, b) => a + b, radial.surfaceVolume)
    for (let p = 0; p < count; p++) {
      particles.mean(y, base, p, x)
      const hostMoles = (spec.areaDensity * points.width[first + p] * perSurface) / spec.host.molarVolume
      for (let i = 0; i < n; i++) add(spec.host.carriers[i].symbol, hostMoles * x[i])
      // What charges the double layer by Δ has left it into the pores: capacitiveShare/(z F) of the charge.
      const stored = spec.areaDensity * points.width[first + p] * spec.doubleLayer
      if (stored === 0) continue
      const delta = y[layout.fields + (first + p) * layout.stride + layout.delta]
      for (let k = 0; k < K; k++)
        add(cell.electrolyte.species[k].name, -(stored * parts.capacitiveShare[k] * delta) / (z[k] * F))
    }
  }
  if (cell.anode.kind === 'metal' && cell.anode.doubleLayer > 0) {
    const stored = -cell.anode.doubleLayer * y[layout.fields + layout.phiE]
    for (let k = 0; k < K; k++) add(cell.electrolyte.species[k].name, -(stored * parts.capacitiveShare[k]) / (z[k] * F))
  }
  metal?.symbols.forEach((symbol, m) => {
    add(symbol, y[layout.metal + m])
  })
  return inventory
}

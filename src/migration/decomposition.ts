/** Why the barrier of a pair differs from that of one of its ions alone; the parts add up, energies [eV]. */
export type Decomposition = {
  /** The ion whose lone barrier is compared with. */
  readonly ion: 'leader' | 'follower'
  /** Barrier of the pair moving at once, from its own start. */
  readonly pair: number
  readonly alone: number
  /** pair − alone */
  readonly difference: number
  /** ΔU: what the two ions do to each other directly. */
  readonly interaction: number
  /** Δ(s_A + s_B) − Δs alone: two corrugations seen out of step. */
  readonly phaseShift: number
  /** ΔE_host − ΔE_host alone: what bending the lattice costs the pair more than the lone ion. */
  readonly lattice: number
  /** U along the images of the pair's path. */
  readonly interactionAlong: Float64Array
  /** Image of the pair's path at its top. */
  readonly top: number
  /** Largest extrapolation of the structures without ions that it rests on [–]. */
  readonly extrapolation?: number
}

/** Energies along the pair's path with every atom where that path has it: both ions, either one, none [eV]. */
export type Removals = {
  readonly both: Float64Array
  readonly leader: Float64Array
  readonly follower: Float64Array
  readonly host: Float64Array
}

/**
 * With every atom where the path has it, the energy of two ions in a host is exactly
 *
 *   E_AB = E_host + s_A + s_B + U,  s_A = E_A − E_host,  U = E_AB − E_A − E_B + E_host
 *
 * (a lone ion: E_A = E_host + s_A), so the difference of two barriers parts into interaction, sites and lattice.
 *
 * @param along  the pair's path
 * @param alone  barrier of the lone ion, and by how much the host without it rises from its start to its saddle
 */
export const decompose = (
  ion: 'leader' | 'follower',
  along: Removals,
  alone: { readonly barrier: number; readonly host: number },
): Decomposition => {
  const { both, leader, follower, host } = along
  const interactionAlong = both.map((e, i) => e - leader[i] - follower[i] + host[i])
  let top = 0
  for (let i = 1; i < both.length; i++) if (both[i] > both[top]) top = i
  const rise = (values: Float64Array) => values[top] - values[0]
  const sites = rise(leader) + rise(follower) - 2 * rise(host)
  return {
    ion,
    pair: rise(both),
    alone: alone.barrier,
    difference: rise(both) - alone.barrier,
    interaction: rise(interactionAlong),
    phaseShift: sites - (alone.barrier - alone.host),
    lattice: rise(host) - alone.host,
    interactionAlong,
    top,
  }
}

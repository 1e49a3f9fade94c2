/**
 * Particles: the content of a host inside each particle of an electrode, and its condensation into the particle's surface.
 *
 *   ∂c_i/∂t = −r^{−g} ∂(r^g J_i)/∂r,   J = −D̃ ∇c,   J_i(R_p) = +j_i/(z_i F)
 *
 * in finite volumes of the content x = c V_m, with the surface content as an unknown of its own (v_s its volume, 0 where
 * it has none and is algebraic):
 *
 *   shell k:   v_k ẋ_k + A_k G_k − A_{k−1} G_{k−1} = 0,    G = V_m J
 *   surface:   A_M G_M − v_s ẋ_s − V_m j/(z F) = 0
 *
 * The rows sum to d(mean content)/dt = −V_m j/(z F) whatever the state: ions are conserved to round-off. The unknowns of
 * all particles stand one after the other, [particle][shell, surface last][carrier]. A kernel fills everything but the
 * reaction term of the surface row, which the electrode adds; `factor` eliminates from the core outwards, leaving for
 * each particle a Schur complement over its surface unknowns, so that an electrode sees [width] unknowns a particle.
 */
export type Particles = {
  /** Unknowns of one particle. */
  readonly size: number
  /** Unknowns of the surface block, the last ones of a particle: x_s [n], or x_s and w_s [2n] with a gradient term, μ = μ(x_s) + w_s. */
  readonly width: number
  /** Row scaling of the reaction: surface row i carries −reaction[i]·j_i, V_m/(z_i F) [m³/C]. */
  readonly reaction: Float64Array
  /** Marks the differential unknowns of one particle, [size]. */
  readonly differential: Uint8Array
  /**
   * Residual of all particles; unknowns start at `base`. False: content outside what the host allows. `linearised`: y and T are
   * those of the last `jacobian`, whose flows may be taken.
   */
  residual(y: Float64Array, yp: Float64Array, base: number, T: number, out: Float64Array, linearised?: boolean): boolean
  /** Linearises all particles. */
  jacobian(y: Float64Array, base: number, T: number): boolean
  /**
   * After `jacobian`: ∂(A G)/∂(content inside) and ∂(A G)/∂(content outside) of every face, [count, shells, n, n], for who
   * condenses in complex numbers. Absent from kernels with more unknowns a shell than contents.
   */
  readonly inner?: Float64Array
  readonly outer?: Float64Array
  /**
   * Whether contents part into phases faster than `rate` [1/s] in any particle: a longer implicit step would damp that
   * and carry on with the unstable state. Absent where the free energy is convex.
   */
  outruns?(y: Float64Array, base: number, T: number, rate: number): boolean
  /** Condenses with ∂F/∂y + α ∂F/∂ẏ; fills the Schur complements [particles, width, width]. False: singular. */
  factor(alpha: number, schur: Float64Array): boolean
  /** Forward elimination of a right-hand side; the surface rows then hold that of the Schur system. */
  reduce(rhs: Float64Array, base: number): void
  /** Back substitution inwards from surface unknowns that are already solutions. */
  expand(rhs: Float64Array, base: number): void
  /** Uniform start at contents x [n]. */
  fill(y: Float64Array, base: number, x: ArrayLike<number>, T: number): void
  /** Volume-mean content of particle p, [n]. */
  mean(y: Float64Array, base: number, p: number, out: Float64Array): void
}

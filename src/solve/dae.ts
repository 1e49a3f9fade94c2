import type { VectorMemory } from '../math/vector-loop.ts'

/**
 * A system of differential-algebraic equations of index 1, F(t, y, ẏ) = 0. All that the solver may know of a model.
 * `size` unknowns; buffers belong to the caller; no method allocates.
 */
export type Dae = {
  readonly size: number
  /** Where the solver is to put its vectors (`bdfEntries`), so that loops of the model can work on them; absent: anywhere. */
  readonly memory?: VectorMemory
  /** [size]: 1 where ẏ_i appears in F (differential), 0 where it does not (algebraic). */
  readonly differential: Uint8Array
  /** [size]: absolute tolerance of each unknown at rtol = 1 (its natural size); the solver's atol is rtol × this. */
  readonly scale: Float64Array
  /** [size]: 1 where the tolerance does not grow with |y_i|: a potential, whose zero is arbitrary. Absent: nowhere. */
  readonly absolute?: Uint8Array
  /** Unknowns that are held to the tolerance by themselves, not as their share of the mean over all: few, and watched. */
  readonly single?: readonly number[]
  /**
   * Fills F [size]. False: y lies outside what the model allows (a negative concentration); the solver shortens its step.
   * `linearised`: whether y is that of the last `jacobian` or `relinearise`, of which a model may take what it has; absent: it may look.
   */
  residual(t: number, y: Float64Array, yp: Float64Array, out: Float64Array, linearised?: boolean): boolean
  /**
   * Cheap test that y lies where the model is defined; asked of every accepted step, since the residual is not evaluated
   * after the last Newton update. False: as in `residual`. `leading` is the α of the step [1/s]: a model may refuse a step too
   * long to show an instability, which an implicit step damps.
   */
  inside?(y: Float64Array, leading?: number): boolean
  /**
   * Whether the y that was last held to be `inside` lies where a potential changes by its size within the tolerance of what it
   * depends on (the last room of a host), and got there by a correction which changed that: no step then ends on a contraction
   * measured on another. y was corrected by −part × correction.
   */
  steep?(y: Float64Array, correction: Float64Array, part: number): boolean
  /** Whether the last Jacobian says nothing of y any more, however short the time since (the last room of a host has changed tenfold). */
  outdated?(y: Float64Array): boolean
  /**
   * Gives back what takes y too far near an edge of its range, where the equations bend too much for a linear step (the last room
   * of a surface, by the root of which a rate goes): what is left there changes by at most the factor `most`. `before(i)` is the
   * y_i it came from; `give(i, change)` adds to y_i. True: something was given back.
   */
  confine?(
    y: Float64Array,
    most: number,
    before: (i: number) => number,
    give: (i: number, change: number) => void,
  ): boolean
  /**
   * Moves an accepted y by less than the tolerance to where the equations have a solution nearby (a negative trace to
   * zero), every conserved sum unchanged. True: something moved. Asked before algebraic
   * unknowns are solved for a y that stands. `room`: how far from the edge of its range, relative to the range, a state is
   * moved that stands at the very edge; absent: not at all.
   */
  repair?(y: Float64Array, room?: number): boolean
  /**
   * Notes the conserved sums of a state, and gives a function that fills the correction which gives them to another: what
   * round-off did to them, far below any tolerance. False: there is none to speak of. Asked of every accepted step.
   */
  conserving?(reference: Float64Array): (y: Float64Array, correction: Float64Array) => boolean
  /** Linearises at (t, y, ẏ) into the model's own storage. False as in `residual`. */
  jacobian(t: number, y: Float64Array, yp: Float64Array): boolean
  /**
   * Linearises at y what bends most and costs little beside the whole (reactions at surfaces), and keeps the rest of the last
   * `jacobian`; asked before every `factor` of an older one. What an old slope leaves in a steep potential is noise to the test of
   * errors, which takes it for a reason to go in shorter steps at a lower order. False as in `residual`.
   */
  relinearise?(y: Float64Array): boolean
  /** True where `factor` costs less than an iteration, a residual and a solve: it is then done for every new α. */
  readonly cheapFactor?: boolean
  /** Factors ∂F/∂y + α ∂F/∂ẏ of the last `jacobian` by the model's own structure. False: singular. */
  factor(alpha: number): boolean
  /** Solves in place with the last factor. */
  solve(rhs: Float64Array): void
  /** Name of an unknown for every message: `phiE[separator, 14]`. */
  name(i: number): string
}

/** A scalar function of the state whose sign change ends the integration. */
export type DaeEvent = {
  readonly label: string
  /** The first unknown that its value depends on; 0 where absent. */
  readonly seenFrom?: number
  value(t: number, y: Float64Array): number
}

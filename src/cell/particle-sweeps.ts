/**
 * Elimination and back substitution of many particles that share one tridiagonal factor (a constant diffusivity), unknowns
 * [particle][shell, surface last], eight side by side: each shell waits for the one before, the particles do not wait for each other.
 *
 *   r_{s+1} ← r_{s+1} + carry_s r_s,   s = 0 … shells − 1;   then   r_s ← pivot_s r_s − back_s r_{s+1},   s = shells − 1 … 0
 */
const abreast = 8

export const reduceAlike = (rhs: Float64Array, base: number, count: number, carry: Float64Array): void => {
  const shells = carry.length
  const size = shells + 1
  let p = 0
  let a = base
  for (; p + abreast <= count; p += abreast, a += abreast * size) {
    const b = a + size
    const c = b + size
    const d = c + size
    const e = d + size
    const f = e + size
    const g = f + size
    const h = g + size
    let [ra, rb, rc, rd, re, rf, rg, rh] = [rhs[a], rhs[b], rhs[c], rhs[d], rhs[e], rhs[f], rhs[g], rhs[h]]
    for (let s = 0; s < shells; s++) {
      const w = carry[s]
      const k = s + 1
      rhs[a + k] = ra = rhs[a + k] + w * ra
      rhs[b + k] = rb = rhs[b + k] + w * rb
      rhs[c + k] = rc = rhs[c + k] + w * rc
      rhs[d + k] = rd = rhs[d + k] + w * rd
      rhs[e + k] = re = rhs[e + k] + w * re
      rhs[f + k] = rf = rhs[f + k] + w * rf
      rhs[g + k] = rg = rhs[g + k] + w * rg
      rhs[h + k] = rh = rhs[h + k] + w * rh
    }
  }
  for (; p + 2 <= count; p += 2, a += 2 * size) {
    const b = a + size
    let ra = rhs[a]
    let rb = rhs[b]
    for (let s = 0; s < shells; s++) {
      rhs[a + s + 1] = ra = rhs[a + s + 1] + carry[s] * ra
      rhs[b + s + 1] = rb = rhs[b + s + 1] + carry[s] * rb
    }
  }
  if (p < count) for (let s = 0, r = rhs[a]; s < shells; s++) rhs[a + s + 1] = r = rhs[a + s + 1] + carry[s] * r
}

export const expandAlike = (
  rhs: Float64Array,
  base: number,
  count: number,
  pivot: Float64Array,
  back: Float64Array,
): void => {
  const shells = pivot.length
  const size = shells + 1
  let p = 0
  let a = base
  for (; p + abreast <= count; p += abreast, a += abreast * size) {
    const b = a + size
    const c = b + size
    const d = c + size
    const e = d + size
    const f = e + size
    const g = f + size
    const h = g + size
    let ra = rhs[a + shells]
    let rb = rhs[b + shells]
    let rc = rhs[c + shells]
    let rd = rhs[d + shells]
    let re = rhs[e + shells]
    let rf = rhs[f + shells]
    let rg = rhs[g + shells]
    let rh = rhs[h + shells]
    for (let s = shells - 1; s >= 0; s--) {
      const v = pivot[s]
      const w = back[s]
      rhs[a + s] = ra = v * rhs[a + s] - w * ra
      rhs[b + s] = rb = v * rhs[b + s] - w * rb
      rhs[c + s] = rc = v * rhs[c + s] - w * rc
      rhs[d + s] = rd = v * rhs[d + s] - w * rd
      rhs[e + s] = re = v * rhs[e + s] - w * re
      rhs[f + s] = rf = v * rhs[f + s] - w * rf
      rhs[g + s] = rg = v * rhs[g + s] - w * rg
      rhs[h + s] = rh = v * rhs[h + s] - w * rh
    }
  }
  for (; p + 2 <= count; p += 2, a += 2 * size) {
    const b = a + size
    let ra = rhs[a + shells]
    let rb = rhs[b + shells]
    for (let s = shells - 1; s >= 0; s--) {
      rhs[a + s] = ra = pivot[s] * rhs[a + s] - back[s] * ra
      rhs[b + s] = rb = pivot[s] * rhs[b + s] - back[s] * rb
    }
  }
  if (p < count)
    for (let s = shells - 1, r = rhs[a + shells]; s >= 0; s--) rhs[a + s] = r = pivot[s] * rhs[a + s] - back[s] * r
}

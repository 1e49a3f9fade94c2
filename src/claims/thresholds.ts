/**
 * What the press release of the Li–Mg | Mo6S8 cell claims, as numbers. The claims are the press release's, the thresholds
 * are ours, and fixed: no run changes them.
 *
 * Source: Li2018 (press release; the paper itself gives the numbers behind it and was not read)
 */
export const thresholds = {
  /** *Li first*: Mg carries less than `share` of the charge until Li reaches `li` per formula unit. */
  liFirst: { share: 0.2, li: 0.5 },
  /**
   * *Mg promoted*: Mg's share of the charge passes `share` after some Li content, and falls at least `fall`-fold without
   * the pair term.
   */
  mgPromoted: { share: 0.5, fall: 2 },
  /** *Near equal*: Li/Mg at the cut-off lies in this range. */
  nearEqual: { low: 0.67, high: 1.5 },
  /** *Mg alone stalls*: the Mg-only cell gives less than this share of the dual cell's capacity. */
  mgStalls: { capacity: 0.4 },
} as const

/**
 * How the claims are read off a discharge, where their words leave room. A share "after some Li content" is that of a
 * stretch of the discharge, `window` elementary charges per formula unit long, which begins when Li has reached `li`: the
 * last crumbs of a discharge are no promotion, and Mg that comes first is not promoted by Li. A discharge of less than
 * `charge` elementary charges per formula unit is no evidence for any claim.
 */
export const reading = { window: 0.2, li: 0.1, charge: 0.1 } as const

export type ClaimName = keyof typeof thresholds

/** The claims in words, in the order in which they are shown. */
export const claims: readonly { readonly name: ClaimName; readonly title: string; readonly words: string }[] = [
  {
    name: 'liFirst',
    title: 'Li first',
    words: `Mg carries under ${100 * thresholds.liFirst.share} % of the charge up to Li ${thresholds.liFirst.li}`,
  },
  {
    name: 'mgPromoted',
    title: 'Mg promoted',
    words: `Mg's share passes ${100 * thresholds.mgPromoted.share} % after some Li content, and falls at least twofold with the pair off`,
  },
  {
    name: 'nearEqual',
    title: 'near equal',
    words: `Li/Mg between ${thresholds.nearEqual.low} and ${thresholds.nearEqual.high} at the cut-off`,
  },
  {
    name: 'mgStalls',
    title: 'Mg alone stalls',
    words: `Mg-only capacity under ${100 * thresholds.mgStalls.capacity} % of the dual cell's`,
  },
]

export const claimTitle = (name: ClaimName): string => claims.find(claim => claim.name === name)!.title

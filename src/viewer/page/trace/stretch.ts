/** A time in which some call ran, and where it is drawn. */
export interface Stretch {
  readonly fromMs: number
  toMs: number
  /** Drawn begin in milliseconds of drawn time. */
  drawnMs: number
  /** The pause before it, when it is folded; else 0. */
  foldedMs: number
}

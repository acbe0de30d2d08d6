// What the test of the bench reads of bounds.mjs.
export const BOUNDS: ReadonlyMap<string, string>

// What the test of the bench reads of rows.mjs.
export const ROWS: readonly { readonly name: string }[]
export const ENDINGS: readonly { readonly name: string; readonly ending: string }[]

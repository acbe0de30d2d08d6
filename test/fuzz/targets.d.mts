export type Random = () => number
export type Targets = { readonly [name: string]: (random: Random) => void }
export function openTargets(load: (name: string) => Promise<unknown>): Promise<Targets>
export function fuzz(
  target: (random: Random) => void,
  count: number,
  randomOfInput: (input: number) => Random,
): readonly { readonly input: number; readonly error: string }[]

// Names as small numbers, so that a column of them costs four bytes a call. In: texts. Out: numbers, and back.

/** Gives every distinct text a small number, so that a column of names costs four bytes a call. */
export interface Interner {
  readonly of: (text: string) => number
  readonly find: (text: string) => number | undefined
  readonly text: (number: number) => string
  readonly size: () => number
  /** All texts, by number. */
  readonly all: () => readonly string[]
}

export function makeInterner(): Interner {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  return {
    of: (text) => {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, texts.length)
      return texts.push(text) - 1
    },
    find: (text) => numbers.get(text),
    text: (number) => texts[number] ?? '',
    size: () => texts.length,
    all: () => texts,
  }
}

const NAMES = [
  'models',
  'served',
  'methods',
  'names',
  'services',
  'traces',
  'sessions',
  'conversations',
  'users',
  'operations',
  'tagLists',
  'errorLists',
] as const

/** One interner for each kind; lists of tags and of an error's names are JSON texts. */
export type Names = { readonly [Name in (typeof NAMES)[number]]: Interner }

export function makeNames(): Names {
  return Object.fromEntries(NAMES.map((name) => [name, makeInterner()])) as unknown as Names
}

/** All texts of all kinds, for the index on disk. */
export function textsOf(names: Names): { readonly [name: string]: readonly string[] } {
  return Object.fromEntries(NAMES.map((name) => [name, names[name].all()]))
}

/** Takes the texts back, into names that are empty yet. */
export function takeTexts(names: Names, texts: { readonly [name: string]: readonly string[] }): void {
  for (const name of NAMES) for (const text of texts[name] ?? []) names[name].of(text)
}

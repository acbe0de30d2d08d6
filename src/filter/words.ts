// Does a record hold these words? In: a query and a record's JSON line. Out: yes or no. Every word must occur in some
// value (not in a key), whatever its case; words in "double quotes" belong together. Pure.

export interface Words {
  readonly plain: readonly string[]
  /** As they stand in JSON text, for the quick test that spares parsing. */
  readonly escaped: readonly string[]
  readonly isAscii: boolean
}

/** Splits a query into lower-case words. */
export function parseWords(query: string): Words {
  const found = query.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)
  const plain = [...found].map(([, quoted, word]) => quoted ?? word ?? '').filter((word) => word !== '')
  const escaped = plain.map((word) => JSON.stringify(word).slice(1, -1).toLowerCase())
  return { plain, escaped, isAscii: [...query].every((char) => char <= '\x7f') }
}

/** Says whether the line's values hold all words. */
export function matchesLine(line: Buffer, words: Words): boolean {
  // One byte per character is enough to look for ASCII words, and several times faster than UTF-8.
  const raw = line.toString(words.isAscii ? 'latin1' : 'utf8').toLowerCase()
  if (!words.escaped.every((word) => raw.includes(word))) return false
  try {
    return matchesValues(JSON.parse(line.toString()), words)
  } catch {
    return false // not JSON: not a record
  }
}

/** The same for a value that is parsed already. Walks without recursion: records may be nested deeply. */
export function matchesValues(value: unknown, words: Words): boolean {
  const missing = new Set(words.plain)
  const stack: unknown[] = [value]
  while (stack.length > 0 && missing.size > 0) {
    const item = stack.pop()
    if (typeof item === 'object' && item !== null) for (const inner of Object.values(item)) stack.push(inner)
    else if (item !== null && item !== undefined) dropFound(missing, String(item).toLowerCase())
  }
  return missing.size === 0
}

function dropFound(missing: Set<string>, text: string): void {
  for (const word of missing) if (text.includes(word)) missing.delete(word)
}

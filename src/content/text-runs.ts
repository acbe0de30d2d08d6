// Looks for many texts in one, and for the runs that two texts share, in linear time: by the hashes of pieces of one length (Rabin and
// Karp). Equal hashes of unequal pieces are told apart where that matters. Pure, worker thread.
import type { Range } from '../secrets/shapes.ts'

const BASE = 0x01000193

/** The hash of each piece of `size` characters, handed to `visit` with its place. */
function eachPiece(text: string, size: number, visit: (hash: number, at: number) => void): void {
  if (text.length < size) return
  let power = 1
  for (let count = 1; count < size; count++) power = Math.imul(power, BASE)
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    if (at >= size) hash = (hash - Math.imul(text.charCodeAt(at - size), power)) | 0
    hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0
    if (at >= size - 1) visit(hash, at - size + 1)
  }
}

function hashOf(text: string, size: number): number {
  let found = 0
  eachPiece(text.slice(0, size), size, (hash) => {
    found = hash
  })
  return found
}

/** Finds where any of `texts` (those of at least `minChars`) stands in a text. */
export function openFinder(texts: readonly string[], minChars: number): (text: string) => readonly Range[] {
  const wanted = new Map<number, string[]>()
  for (const text of texts) {
    if (text.length < minChars) continue
    const hash = hashOf(text, minChars)
    const known = wanted.get(hash)
    if (known === undefined) wanted.set(hash, [text])
    else known.push(text)
  }
  return (text) => {
    const ranges: Range[] = []
    if (wanted.size === 0) return ranges
    let covered = 0
    eachPiece(text, minChars, (hash, at) => {
      for (const one of wanted.get(hash) ?? []) {
        // What an earlier match reaches beyond needs no second look: many equal pieces would make it quadratic.
        if (at + one.length <= covered || !text.startsWith(one, at)) continue
        ranges.push([at, at + one.length])
        covered = at + one.length
      }
    })
    return ranges
  }
}

/** The parts of `text` that stand in one of `others` too and are at least `size` characters long. */
export function commonRuns(text: string, others: readonly string[], size: number): readonly Range[] {
  if (others.length === 0 || text.length < size) return []
  const places = new Map<number, number[]>()
  eachPiece(text, size, (hash, at) => {
    const known = places.get(hash)
    if (known === undefined) places.set(hash, [at])
    else known.push(at)
  })
  const found = new Set<number>()
  for (const other of others) {
    eachPiece(other, size, (hash) => {
      const at = places.get(hash)
      if (at === undefined) return
      for (const place of at) found.add(place)
      places.delete(hash)
    })
  }
  return [...found].map((at): Range => [at, at + size])
}

// A known secret in the spellings in which a server may give it back. In: texts. Out: what to look for, longest first. Leaf of the house: any thread.
import { toJson } from '../originals.ts'

/** Shorter ones stand in every text. */
const MIN_CHARS = 8

/**
 * Each text as it is, as in JSON (PHP escapes slashes, Go `<>&`, .NET quotes and `+` too), in
 * JSON quoted in JSON, and as in a URL; longest first.
 */
export function spell(texts: readonly string[]): readonly string[] {
  const all = texts
    .filter((text) => text.length >= MIN_CHARS)
    .flatMap((text) => {
      const json = toJson(text).slice(1, -1)
      const url = text.isWellFormed?.() === false ? text : encodeURIComponent(text)
      const hex = url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
      const go = json.replace(/[<>&]/g, (sign) => escapeOf(sign))
      const net = toJson(text.replace(/["'<>&+`]/g, (sign) => `\u0000${sign}`))
        .slice(1, -1)
        .replace(/\\u0000(?:\\)?(.)/g, (_, sign: string) => escapeOf(sign).toUpperCase().replace('U', 'u'))
      const once = [text, json, json.replaceAll('/', '\\/'), go, net, url, hex]
      return [...once, ...once.map((written) => toJson(written).slice(1, -1))]
    })
  return [...new Set(all)].sort((left, right) => right.length - left.length)
}

function escapeOf(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}

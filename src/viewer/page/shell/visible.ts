// Makes characters visible that would otherwise act: terminals' control characters, and the marks that turn the reading
// direction and let a text show itself in another order than it is. In: any text. Out: the same with stand-ins. Pure.

const CONTROL_PICTURES = 0x2400

/** Line breaks and tabs stay; `\r\n` becomes `\n`. */
export function visible(text: string): string {
  if (!NEEDS_WORK.test(text)) return text
  return text.replaceAll('\r\n', '\n').replace(ACTING, (char) => {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code)
    if (code === 0x7f) return '␡'
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
const NEEDS_WORK = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
const ACTING = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

// Colour: words with or without it. In: a stream and the environment. Out: a function that paints, or that does nothing.
import util from 'node:util' // not by name: `styleText` is missing below Node 20.12, and doctor has to say so there

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta'
export type Paint = (style: Style, text: string) => string

/** Colours on a terminal. `FORCE_COLOR` wins over `NO_COLOR` (https://no-color.org), as in Node itself. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: { readonly [name: string]: string | undefined },
): Paint {
  // Node 20 paints whatever the stream is; later ones look at stdout unless told not to.
  const options = { validateStream: false }
  const canPaint = typeof util.styleText === 'function' && isColoured(stream, env)
  return canPaint ? (style, text) => util.styleText(style, text, options) : (_, text) => text
}

function isColoured(
  stream: { readonly isTTY?: boolean },
  env: { readonly [name: string]: string | undefined },
): boolean {
  if (env.FORCE_COLOR !== undefined) return !/^(0|false)$/i.test(env.FORCE_COLOR)
  if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === 'dumb') return false
  return stream.isTTY === true
}

// JSON as text with colours for keys and values. Large values come without colours: a span for each would be slow.
import { LongText } from './long-text.tsx'
import { visible } from './visible.ts'

const MAX_COLOURED_CHARS = 30_000
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g

export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  if (text.length > MAX_COLOURED_CHARS) return <LongText text={text} isCode />
  return <pre class="code json">{colour(text)}</pre>
}

/** JSON text set as JSON (tools' arguments and results, structured answers); everything else as it came. */
export function JsonOrText({ text, fallback = 'code' }: { text: string; fallback?: 'code' | 'prose' }) {
  const value = parse(text)
  return value === undefined ? <LongText text={text} isCode={fallback === 'code'} /> : <JsonText value={value} />
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // models write broken JSON too: shown as it is
  }
}

function colour(text: string) {
  const pieces: (string | preact.JSX.Element)[] = []
  let end = 0
  for (const match of text.matchAll(TOKENS)) {
    const [whole, string, colon, word, number] = match
    pieces.push(text.slice(end, match.index))
    const kind = colon ? 'key' : string ? 'string' : word ? 'word' : number ? 'number' : ''
    pieces.push(<span class={kind}>{visible(string ?? whole)}</span>, colon ?? '')
    end = match.index + whole.length
  }
  return [...pieces, text.slice(end)]
}

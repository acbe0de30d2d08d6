// First words of what was asked and of what was answered, for one line of the list.
// In: a record's bodies, of any shape. Out: at most 160 characters each, whitespace folded. Pure.
import { answeredText, askedText } from '../export/said.ts'

const PREVIEW_CHARS = 160
/** Enough source text that folding its whitespace still fills a preview. */
const SOURCE_CHARS = 1000

/** Folds whitespace and cuts. Gives a string of its own: a slice would keep the whole source text alive in V8. */
export function firstWords(source: string): string {
  const folded = source.slice(0, SOURCE_CHARS).replace(/\s+/g, ' ').trim()
  const cut = folded.length > PREVIEW_CHARS ? `${folded.slice(0, PREVIEW_CHARS - 1)}…` : folded
  return Buffer.from(cut).toString()
}

/** What was asked last; `↳` marks a tool's result. */
export function promptPreview(body: unknown): string {
  return firstWords(askedText(body))
}

/** What came back: text, tool calls, a refusal, or a count of vectors or images. */
export function answerPreview(body: unknown): string {
  return firstWords(answeredText(body))
}

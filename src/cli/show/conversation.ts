// A call as a conversation for a terminal. In: a record. Out: lines; long texts are folded, nothing in them drives the terminal. Pure.

import { conversationOf } from '../../conversation/conversation.ts'
import type { Part, Turn } from '../../conversation/turns.ts'
import { type Bag, bag } from '../../narrow.ts'
import { terminalText } from '../../safe-text.ts'
import type { Paint, Style } from '../paint.ts'
import { wrapTo } from '../width.ts'
import { endLines, headLines } from './facts.ts'

export interface Look {
  /** Nothing is folded, and of a trace every turn of every call is shown. */
  readonly full: boolean
  /** Undefined: as wide as the texts are. */
  readonly columns: number | undefined
  readonly paint: Paint
}

const INDENT = '  '
const FOLDED_LINES = 10
/** A line of many more columns than any terminal counts as several. */
const LINE_CHARS = 200
const ROLE_STYLES: ReadonlyMap<string, Style> = new Map(
  Object.entries({
    assistant: 'green',
    output: 'green',
    system: 'magenta',
    developer: 'magenta',
    instructions: 'magenta',
  } as const),
)

/** One call: head, turns, end. `isPart`: one of a trace, whose earlier turns the calls before have shown. */
export function callLines(record: Bag, look: Look, isPart = false): string[] {
  const turns = conversationOf(bag(record.request).body, answerOf(record))
  const from = isPart && !look.full ? firstNew(turns) : 0
  const skipped = from === 0 ? [] : ['', look.paint('dim', `(${from} earlier turns)`)]
  const said = turns.slice(from).flatMap((turn) => ['', ...turnLines(turn, look)])
  const end = endLines(record, look.paint)
  return [...headLines(record, look.paint), ...skipped, ...said, ...(end.length === 0 ? [] : ['', ...end])]
}

/** An answer that only says the error is told by the error. */
function answerOf(record: Bag): unknown {
  const { body } = bag(record.response)
  const { choices, output, error } = bag(body)
  const isError = record.error !== null && error !== undefined && choices === undefined && output === undefined
  return isError ? null : body
}

/** What was sent after the model's last answer is new. */
function firstNew(turns: readonly Turn[]): number {
  const sent = turns.filter(({ isAnswer }) => !isAnswer)
  return sent.findLastIndex(({ role }) => role === 'assistant') + 1
}

function turnLines({ role, note, parts }: Turn, look: Look): string[] {
  const name = look.paint(
    ROLE_STYLES.get(role) ?? 'cyan',
    terminalText(note === null ? role : `${role} (${note})`).replaceAll('\n', ' '),
  )
  return [name, ...parts.flatMap((part) => partLines(part, look, INDENT))]
}

function partLines(part: Part, look: Look, indent: string): string[] {
  switch (part.kind) {
    case 'text':
      return textLines(part.text, look, indent)
    case 'reasoning':
      return dim(textLines(part.text === '' ? '(reasoning without text)' : part.text, look, `${indent}· `), look)
    case 'refusal':
      return textLines(`refused: ${part.text}`, look, indent)
    case 'image':
      return dim(
        textLines(`[image in the record, ${part.source.length.toLocaleString('en-US')} characters]`, look, indent),
        look,
      )
    case 'sound':
      return dim(textLines(`[audio in the record: ${part.details}]`, look, indent), look)
    case 'attachment':
      return dim(textLines(`[${part.what}${part.details === '' ? '' : `: ${part.details}`}]`, look, indent), look)
    case 'json':
      return textLines(`${part.label} ${JSON.stringify(part.value, null, 2)}`, look, indent)
    case 'call': {
      const made = textLines(`${part.name}(${part.args})`, look, `${indent}⚙ `)
      const result = (part.result ?? []).flatMap((inner) => partLines(inner, look, `${indent}  → `))
      return [...made, ...result]
    }
  }
}

function dim(lines: readonly string[], { paint }: Look): string[] {
  return lines.map((line) => paint('dim', line))
}

/** The lines of a text under an indent whose marks stand before the first only. */
function textLines(text: string, { full, columns, paint }: Look, indent: string): string[] {
  const all = terminalText(text.replaceAll('\r\n', '\n').replaceAll('\t', '  ')).split('\n')
  const kept: string[] = []
  let [left, chars] = [FOLDED_LINES, 0]
  for (const line of all) {
    if (!full && left <= 0) break
    const room = left * LINE_CHARS
    const cut = full || line.length <= room ? line : line.slice(0, room).replace(/[\ud800-\udbff]$/, '')
    kept.push(cut)
    chars += cut.length + 1
    left -= Math.max(1, Math.ceil(line.length / LINE_CHARS))
  }
  const total = all.reduce((sum, line) => sum + line.length + 1, 0)
  const blank = ' '.repeat(indent.length)
  const lines = kept.flatMap((line) =>
    columns === undefined ? [line] : wrapTo(line, Math.max(20, columns - indent.length)),
  )
  const shown = lines.map((line, at) => (at === 0 ? indent : blank) + line)
  const more = total - chars
  if (more <= 0) return shown
  return [...shown, blank + paint('dim', `… ${more.toLocaleString('en-US')} more characters: --full`)]
}

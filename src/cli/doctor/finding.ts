// One finding of `neatlogs doctor`: a message with what was found filled in. Pure.
import { type Code, type Level, MESSAGES, type Message } from './messages.ts'

export interface Finding {
  readonly code: Code
  readonly level: Level
  readonly text: string
  readonly remedy: string | null
}

/** Fills a message in. */
export function say(code: Code, values: { readonly [name: string]: string | number } = {}): Finding {
  const { level, text, remedy }: Message = MESSAGES[code]
  return { code, level, text: fill(text, values), remedy: remedy === undefined ? null : fill(remedy, values) }
}

function fill(template: string, values: { readonly [name: string]: string | number }): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))
}

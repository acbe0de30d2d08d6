// A call as texts that can be compared line by line. In: a record. Out: its parameters, what was sent, what came back. Pure.

import { conversationOf } from '../../../conversation/conversation.ts'
import type { Part, Turn } from '../../../conversation/turns.ts'
import { bag } from '../../../narrow.ts'
import { SHOWN_ELSEWHERE } from '../call/shown-elsewhere.ts'

export interface CallTexts {
  readonly parameters: string
  readonly request: string
  readonly answer: string
}

export function callTexts(record: unknown): CallTexts {
  const { request, response, error } = bag(record)
  const body = bag(request).body
  const turns = conversationOf(body, bag(response).body)
  const message = bag(error).message
  return {
    parameters: parametersText(bag(body)),
    request: turnsText(turns.filter((turn) => !turn.isAnswer)),
    answer: [turnsText(turns.filter((turn) => turn.isAnswer)), typeof message === 'string' ? `error: ${message}` : '']
      .filter(Boolean)
      .join('\n'),
  }
}

/** Sorted by name: the order of fields is no difference. */
function parametersText(body: ReturnType<typeof bag>): string {
  const names = Object.keys(body).filter((name) => name === 'tools' || name === 'model' || !SHOWN_ELSEWHERE.has(name))
  return names
    .sort()
    .map((name) => `${name}: ${JSON.stringify(body[name], null, 2)}`)
    .join('\n')
}

function turnsText(turns: readonly Turn[]): string {
  return turns.map((turn) => [`# ${turn.role}`, ...turn.parts.map(partText)].join('\n')).join('\n\n')
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'reasoning':
      return part.text === '' ? '[reasoning]' : `[reasoning]\n${part.text}`
    case 'refusal':
      return `[refusal] ${part.text}`
    case 'image':
      return `[picture] ${part.source.length.toLocaleString('en-US')} characters, ends in ${part.source.slice(-12)}`
    case 'sound':
      return `[audio] ${part.details}`
    case 'attachment':
      return `[${part.what}] ${part.details}`
    case 'call':
      return [
        `[calls] ${part.name}(${part.args})`,
        ...(part.result ?? []).map((one) => `[result] ${partText(one)}`),
      ].join('\n')
    case 'json':
      return `[${part.label}] ${JSON.stringify(part.value, null, 2)}`
  }
}

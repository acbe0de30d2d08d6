// What is to know of a call beside what was said: two lines of head, the error, the attempts. In: a record. Out: lines. Pure.
import { type Bag, bag, finite, list, text } from '../../narrow.ts'
import { terminalLine } from '../../safe-text.ts'
import { counted, showCount, showMs, showUsd } from '../figures.ts'
import type { Paint, Style } from '../paint.ts'
import { localTime } from '../stats/group-key.ts'
import { STATUS_STYLES } from '../tail/line.ts'

/** Who, when, how long, how much. */
export function headLines(record: Bag, paint: Paint): string[] {
  const status = text(record.status) ?? 'unknown'
  const model = text(bag(record.request).model) ?? text(bag(record.response).model)
  const name = text(record.method) ?? text(record.operation) ?? 'call'
  const first = [
    styled(paint, STATUS_STYLES.get(status) ?? 'bold', status),
    styled(paint, 'bold', name),
    styled(paint, 'cyan', model ?? ''),
    styled(paint, 'dim', text(record.id) ?? ''),
  ]
  const facts = [when(record.time), timing(record), tokens(bag(record.usage)), price(record), ...labels(record)]
  return [first.filter(Boolean).join('  '), paint('dim', facts.filter(Boolean).map(terminalLine).join(' · '))]
}

function styled(paint: Paint, style: Style, words: string): string {
  return words === '' ? '' : paint(style, terminalLine(words))
}

function when(time: unknown): string {
  return localTime(time)?.replace('T', ' ') ?? ''
}

function timing(record: Bag): string {
  const [all, first] = [finite(record.duration_ms), finite(record.time_to_first_token_ms)]
  if (all === null) return ''
  return first === null ? showMs(all) : `${showMs(all)}, first token ${showMs(first)}`
}

function tokens(usage: Bag): string {
  const [input, output] = [finite(usage.input_tokens), finite(usage.output_tokens)]
  if (input === null && output === null) return ''
  const [cached, reasoning] = [finite(usage.cache_read_input_tokens), finite(usage.reasoning_output_tokens)]
  const ofInput = cached ? ` (${showCount(cached)} cached)` : ''
  const ofOutput = reasoning ? ` (${showCount(reasoning)} reasoning)` : ''
  return `${showCount(input)}${ofInput} → ${showCount(output)}${ofOutput} tokens`
}

function price(record: Bag): string {
  const cost = finite(record.cost_usd)
  return cost === null ? '' : `${showUsd(cost)}${record.cost_source === 'server' ? ' (server)' : ''}`
}

function labels(record: Bag): string[] {
  const tags = list(record.tags).flatMap((tag) => text(tag) ?? [])
  const metadata = Object.entries(bag(record.metadata)).map(
    ([key, value]) => `${key}=${text(value) ?? JSON.stringify(value)}`,
  )
  return [
    text(record.service) ?? '',
    tags.length === 0 ? '' : `tags ${tags.join(', ')}`,
    text(record.user_id) === null ? '' : `user ${text(record.user_id)}`,
    ...metadata,
    `trace ${text(record.trace_id) ?? ''}`,
  ]
}

/** The error, what the answer ended by, what is missing, and each attempt when there were several. */
export function endLines(record: Bag, paint: Paint): string[] {
  const error = bag(record.error)
  const message = text(error.message)
  const code = [finite(error.status), text(error.code) ?? text(error.type)].filter((word) => word !== null)
  const failure = message === null ? [] : [paint('red', `✖ ${terminalLine(`${code.join(' ')}: ${message}`)}`)]
  const missing = list(record.truncated).length
  const notes = [
    ...(missing > 0 ? [`cut to the size limit: ${list(record.truncated).join(', ')}`] : []),
    ...(record.status === 'incomplete' ? ['its end was not recorded'] : []),
  ]
  return [...failure, ...notes.map((note) => paint('yellow', terminalLine(note))), ...attemptLines(record, paint)]
}

function attemptLines(record: Bag, paint: Paint): string[] {
  const attempts = list(record.attempts).map(bag)
  if (attempts.length < 2) return []
  const lines = attempts.map((attempt, at) => {
    const retry = text(attempt.retry_after)
    const facts = [
      `${at + 1}`,
      `${finite(attempt.status) ?? text(attempt.error) ?? 'no answer'}`,
      showMs(finite(attempt.duration_ms)),
      text(attempt.request_id) ?? '',
      retry === null ? '' : `retry after ${retry}`,
    ]
    return `  ${terminalLine(facts.filter(Boolean).join('  '))}`
  })
  return [paint('dim', counted(attempts.length, 'attempt')), ...lines]
}

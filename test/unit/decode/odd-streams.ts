// Streams as no server should send them: random pieces, each a text that stands nowhere else, in events that are then bent as
// compatible servers bend them. The same seed gives the same streams.

export type Random = () => number
export type Bag = { [key: string]: unknown }

/** A stream as it goes over the wire, and the pieces of text in it. */
export interface OddStream {
  readonly wire: string
  readonly pieces: readonly string[]
  readonly eventCount: number
}

/** Mulberry32: small, seeded, good enough. */
export function randomOf(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

/** Takes one of some values. */
export function pickerOf(random: Random): <Value>(values: readonly Value[]) => Value {
  return (values) => pick(random, values)
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[below(random, values.length)] as Value
}

/** Makes one stream of up to `maxEvents` events, each bent with the probability `bent`. */
export function oddStream(random: Random, maxEvents: number, bent: number): OddStream {
  const pieces: string[] = []
  const piece = (): string => {
    const text = `<${pieces.length}:${below(random, 1e6).toString(36)}é🚀>`
    pieces.push(text)
    return text
  }
  const make = pick(random, KINDS)
  const events = Array.from({ length: 1 + below(random, maxEvents) }, (_, at) => make(random, piece, at, bent === 0))
  for (const event of events) while (random() < bent) bend(random, event)
  while (random() < bent) shuffle(random, events)
  const lines = events.map((event) => lineOf(random, event, bent))
  return { wire: lines.join('') + pick(random, ['', 'data: [DONE]\n\n']), pieces, eventCount: events.length }
}

function lineOf(random: Random, event: Bag, bent: number): string {
  const json = JSON.stringify(random() < bent / 20 ? [event] : event)
  const name = typeof event.type === 'string' && random() < 0.5 ? `event: ${event.type}\n` : ''
  const comment = random() < bent / 5 ? ': keep-alive\n\n' : ''
  if (random() < bent / 20) return `${comment}${json}\n\n` // without `data:`
  if (random() < bent / 40) return `${comment}data: ${json.slice(0, -1)}\n\n` // not JSON
  return `${comment}${name}data: ${json}\n\n`
}

/** `isHonest`: no event takes back what others had said. */
type Make = (random: Random, piece: () => string, at: number, isHonest: boolean) => Bag

const CHAT_TEXTS = ['content', 'reasoning', 'reasoning_content', 'refusal', 'thinking'] as const

const chatEvent: Make = (random, piece, at) => {
  const delta: Bag = at === 0 ? { role: 'assistant', content: '' } : {}
  const kind = below(random, 8)
  if (kind < 4) delta[pick(random, CHAT_TEXTS)] = piece()
  else if (kind === 4) delta.content = [{ type: 'thinking', thinking: [{ type: 'text', text: piece() }] }]
  else if (kind === 5) delta.reasoning_details = [{ type: 'reasoning.text', text: piece(), index: below(random, 2) }]
  else {
    const isBegin = random() < 0.4
    const index = below(random, 3)
    const fn = { ...(isBegin ? { name: `f${index}` } : {}), arguments: piece() }
    delta.tool_calls = [{ index, ...(isBegin ? { id: `call_${index}` } : {}), type: 'function', function: fn }]
  }
  const finish = random() < 0.05 ? 'stop' : null
  return {
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'm',
    choices: [{ index: below(random, 2), delta, finish_reason: finish }],
  }
}

const textEvent: Make = (random, piece) => {
  return {
    id: 'c',
    object: 'text_completion',
    choices: [{ index: below(random, 2), text: piece(), finish_reason: null }],
  }
}

const DELTAS = [
  ['response.output_text.delta', 'content_index'],
  ['response.refusal.delta', 'content_index'],
  ['response.reasoning_text.delta', 'content_index'],
  ['response.reasoning_summary_text.delta', 'summary_index'],
  ['response.function_call_arguments.delta', null],
  ['response.custom_tool_call_input.delta', null],
  ['response.shell_call_command.delta', 'command_index'],
  ['response.future_thing.delta', null],
] as const

const responseEvent: Make = (random, piece, at, isHonest) => {
  const base = { id: 'r', object: 'response', status: 'in_progress', model: 'm', output: [] }
  if (at === 0) return { type: 'response.created', response: base }
  const index = below(random, 3)
  const place = { output_index: index, item_id: `item_${index}` }
  const kind = isHonest ? 3 : below(random, 12)
  const item = { id: place.item_id, type: 'message', role: 'assistant', content: [] }
  if (kind === 0) return { type: 'response.output_item.added', ...place, item }
  if (kind === 1) return { type: 'response.output_text.done', ...place, content_index: 0, text: piece() }
  if (kind === 2) {
    return {
      type: 'response.output_item.done',
      ...place,
      item: { ...item, content: [{ type: 'output_text', text: piece() }] },
    }
  }
  if (kind === 3 && random() < 0.2) return { type: 'response.completed', response: { ...base, status: 'completed' } }
  const [type, part] = pick(random, DELTAS)
  return { type, ...place, ...(part === null ? {} : { [part]: below(random, 2) }), delta: piece() }
}

const transcriptEvent: Make = (random, piece) => {
  const type = pick(random, ['transcript.text.delta', 'transcript.text.segment'] as const)
  return type === 'transcript.text.delta'
    ? { type, delta: piece() }
    : { type, id: 's', start: 0, end: 1, text: piece() }
}

const KINDS: readonly Make[] = [
  chatEvent,
  chatEvent,
  chatEvent,
  responseEvent,
  responseEvent,
  textEvent,
  transcriptEvent,
]

/** Bends one field somewhere in an event; no text is taken out of it. */
function bend(random: Random, event: Bag): void {
  const holders: Bag[] = []
  collect(event, holders)
  const holder = pick(random, holders)
  const key = pick(random, Object.keys(holder).concat(['none']))
  const value = holder[key]
  const ways: readonly (() => void)[] = [
    () =>
      rename(
        holder,
        key,
        pick(random, ['message', 'text', 'note', 'channel2', 'delta', 'content', 'summary', 'output']),
      ),
    () => replaceWord(random, holder, key),
    () => wrap(random, holder, key, value),
    () => {
      if (holdsNoPiece(value)) delete holder[key]
    },
  ]
  pick(random, ways)()
}

function collect(value: unknown, holders: Bag[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, holders)
  else if (typeof value === 'object' && value !== null) {
    holders.push(value as Bag)
    for (const inner of Object.values(value)) collect(inner, holders)
  }
}

function rename(holder: Bag, key: string, name: string): void {
  if (!(key in holder) || name in holder) return
  holder[name] = holder[key]
  delete holder[key]
}

/** Words and numbers become what another server says. */
function replaceWord(random: Random, holder: Bag, key: string): void {
  if (holdsNoPiece(holder[key]) && key in holder) holder[key] = pick(random, [0, null, '', 'x', 1, 'message', 'y'])
}

function wrap(random: Random, holder: Bag, key: string, value: unknown): void {
  if (typeof value !== 'string') return
  holder[key] = pick(random, [[{ type: 'text', text: value }], { type: 'text', text: value }, [value], { value }])
}

function holdsNoPiece(value: unknown): boolean {
  return !(JSON.stringify(value) ?? '').includes('<')
}

function shuffle(random: Random, events: Bag[]): void {
  const at = below(random, events.length)
  const other = below(random, events.length)
  const [first, second] = [events[at], events[other]]
  if (first === undefined || second === undefined) return
  events[at] = second
  events[other] = first
}

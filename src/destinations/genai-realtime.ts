// Deliver: what the conventions for realtime sessions add (open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-realtime-spans.md,
// in development). Pure, worker thread. In: a record of a Realtime response. Out: attributes of its span, events of its session.
import type { CallRecord } from '../record.ts'
import { asArray, asObject } from './json.ts'
import { type AttributeSink, attributeList, type SpanEvent } from './otlp-model.ts'

type Body = { readonly [key: string]: unknown }

/** The session of a Realtime call, and which kinds of its tokens came from the cache. Nothing for other calls. */
export function addRealtime(list: AttributeSink, record: CallRecord): void {
  if (!isOfSession(record)) return
  list.string('gen_ai.realtime_session.id', record.session_id)
  const usage = asObject(asObject(record.response.body)?.usage)
  const cached = asObject(asObject(usage?.input_token_details)?.cached_tokens_details)
  for (const kind of ['audio', 'image', 'text'] as const) {
    list.int(`gen_ai.usage.${kind}.cache_read.input_tokens`, cached?.[`${kind}_tokens`])
  }
}

/** A field of a request; of a Realtime one, what the response asks for, else what its session was configured with. */
export function askedField(body: Body | null, name: string): unknown {
  return body?.[name] ?? asObject(body?.response)?.[name] ?? asObject(body?.session)?.[name]
}

/** Text or speech, as the response, else the session, asks for. */
export function realtimeOutputType(body: Body): string | null {
  const asked = asArray(asObject(body.response)?.output_modalities ?? asObject(body.response)?.modalities)
  const usual = asArray(asObject(body.session)?.output_modalities ?? asObject(body.session)?.modalities)
  const wanted = asked.length > 0 ? asked : usual
  if (wanted.includes('audio')) return 'speech'
  return wanted.includes('text') ? 'text' : null
}

/**
 * The session's begin, as an event of the span of its first response: a session is long and mostly idle, so that it is no span of its
 * own. Its end is not told: it comes after the last span was sent.
 */
export function sessionEvents(record: CallRecord): readonly SpanEvent[] {
  if (!isOfSession(record)) return []
  const events = asArray(asObject(record.request.body)?.events).map(asObject)
  const at = events.find((event) => event?.type === 'session.created')?.at
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return []
  const list = attributeList()
  list.string('gen_ai.provider.name', record.provider)
  list.string('gen_ai.realtime_session.id', record.session_id)
  list.string('gen_ai.request.model', record.request.model)
  list.string('server.address', record.server_address)
  list.int('server.port', record.server_port)
  return [
    {
      timeUnixNano: (BigInt(at) * 1_000_000n).toString(),
      name: 'gen_ai.client.realtime_session.started',
      attributes: list.attributes,
    },
  ]
}

function isOfSession({ operation, method }: CallRecord): boolean {
  return operation === 'realtime' || method === 'realtime.transcription'
}

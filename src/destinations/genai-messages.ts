// Deliver: the messages of a call in the form of the GenAI conventions. Pure, worker thread.
// In: a record. Out: input and output messages, system instructions; empty lists where there are none.
import { reasoningOf } from '../decode/reasoning.ts'
import type { CallRecord } from '../record.ts'
import { type Message, outputParts, sentItems } from './genai-items.ts'
import { base64Part, mediaPart, outputAudioPart, type Part } from './genai-media.ts'
import { citationParts, contentParts, type Item, objects, textPart } from './genai-parts.ts'
import { askedField } from './genai-realtime.ts'
import { chatToolCalls, toolResponsePart } from './genai-tools.ts'
import { asArray, asObject, asText } from './json.ts'
import type { Semconv } from './semconv.ts'

export type { Message } from './genai-items.ts'

export interface OutputMessage extends Message {
  readonly finish_reason?: string
}

/** Operations whose `prompt` or `input` is one text or a list of them. */
const PROMPTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    text_completion: 'prompt',
    image: 'prompt',
    transcription: 'prompt',
    speech: 'input',
  }),
)

/** What the program sent: `messages` of chat, `input` of Responses and speech, `prompt` of completions and images. */
export function inputMessages(record: CallRecord): Message[] {
  const body = asObject(record.request.body)
  if (body === null) return []
  if (record.operation === 'responses') return sentItems(body.input)
  if (record.operation === 'realtime') return [...sentItems(body.input), ...sentItems(asObject(body.response)?.input)]
  if (Array.isArray(body.messages)) return objects(body.messages).map(chatMessage)
  const prompt = body[PROMPTS.get(record.operation) ?? '']
  const texts = typeof prompt === 'string' ? [prompt] : asArray(prompt)
  const parts = [
    ...texts.flatMap((text) => (typeof text === 'string' ? [[textPart(text)]] : [])),
    ...uploads(record, body),
  ]
  return parts.map((one) => ({ role: 'user', parts: one }))
}

/** Pictures to edit and sound to transcribe, as far as the record holds them. */
function uploads({ operation }: CallRecord, body: Item): Part[][] {
  const field = operation === 'image' ? 'image' : operation === 'transcription' ? 'file' : null
  const files = field === null ? [] : Array.isArray(body[field]) ? asArray(body[field]) : [body[field]]
  const modality = operation === 'image' ? 'image' : 'audio'
  return files.flatMap((file) => {
    const part = mediaPart(modality, file, null) ?? mediaPart(modality, asObject(file)?.data, null)
    return part === null ? [] : [[part]]
  })
}

/** What came back: one message per choice, or one for all output items of Responses. */
export function outputMessages(record: CallRecord, semconv: Semconv): OutputMessage[] {
  const { body } = record.response
  const answer = asObject(body)
  const one = (parts: readonly Part[], reason: unknown): OutputMessage[] => [
    { role: 'assistant', parts, ...finishReason(record, reason, semconv) },
  ]
  if (answer !== null && Array.isArray(answer.output))
    return one(outputParts(answer.output), record.response.finish_reasons[0])
  if (answer !== null && Array.isArray(answer.choices)) return choiceMessages(record, answer, semconv)
  // What has no finish reason is whole when it came: a picture, a transcript, sound.
  const parts = otherParts(record, body, answer)
  return parts.length === 0 ? [] : one(parts, record.status === 'ok' ? 'stop' : null)
}

function choiceMessages(record: CallRecord, answer: Item, semconv: Semconv): OutputMessage[] {
  return objects(answer.choices).map((choice, index) => {
    // Gateways put the answer's message in the place of the delta, and the other way round.
    const said = asObject(choice.message) ?? asObject(choice.delta)
    const message = said === null ? null : chatMessage({ role: 'assistant', ...said })
    const parts = message?.parts ?? (typeof choice.text === 'string' ? [textPart(choice.text)] : [])
    const sources = index === 0 ? citationParts(answer.search_results ?? answer.citations) : []
    return {
      role: message?.role ?? 'assistant',
      ...message,
      parts: [...parts, ...sources],
      ...finishReason(record, choice.finish_reason, semconv),
    }
  })
}

/** Endpoints that answer with media or a text. */
function otherParts(record: CallRecord, body: unknown, answer: Item | null): Part[] {
  if (record.operation === 'transcription') {
    const text = typeof body === 'string' ? body : answer?.text
    return typeof text === 'string' ? [textPart(text)] : []
  }
  if (record.operation === 'speech') return [base64Part('audio', answer, null) ?? []].flat()
  if (record.operation !== 'image') return []
  const format = asText(answer?.output_format) || 'png'
  return objects(answer?.data).flatMap((image) =>
    [
      base64Part('image', image.b64_json, `image/${format}`) ?? mediaPart('image', image.url, null) ?? [],
      typeof image.revised_prompt === 'string' ? textPart(image.revised_prompt) : [],
    ].flat(),
  )
}

/** Instructions that are sent apart from the conversation; a `system` message stays among the input messages. */
export function systemInstructions(record: CallRecord, semconv: Semconv): Part[] {
  const instructions = askedField(asObject(record.request.body), 'instructions')
  const parts =
    typeof instructions === 'string'
      ? [textPart(instructions)]
      : objects(instructions).flatMap((item) => contentParts(item.content))
  // Limited to text since 1.42.
  return semconv === '1.41' ? parts : parts.filter(({ type }) => type === 'text')
}

function chatMessage(message: Item): Message {
  const role = typeof message.role === 'string' ? message.role : 'user'
  const name = typeof message.name === 'string' ? { name: message.name } : {}
  if (role === 'tool' || role === 'function') {
    return { role: 'tool', parts: [toolResponsePart(message.tool_call_id ?? message.name, message.content)], ...name }
  }
  const parts: Part[] = reasoningOf(message).map((content) => ({ type: 'reasoning', content }))
  parts.push(...contentParts(message.content))
  if (typeof message.refusal === 'string') parts.push({ type: 'refusal', content: message.refusal })
  const audio = outputAudioPart(message.audio)
  if (audio !== null) parts.push(audio)
  // Pictures of OpenRouter and Gemini stand beside the content.
  parts.push(
    ...contentParts(message.images),
    ...citationParts(message.annotations),
    ...citationParts(message.citations),
  )
  return { role, parts: [...parts, ...chatToolCalls(message)], ...name }
}

/** OpenAI says `tool_calls`, the conventions `tool_call`. A generation that broke off has none, which they call `error`. */
function finishReason(record: CallRecord, reason: unknown, semconv: Semconv): { readonly finish_reason?: string } {
  if (reason === 'tool_calls' || reason === 'function_call') return { finish_reason: 'tool_call' }
  if (typeof reason === 'string' && reason !== '') return { finish_reason: reason }
  if (record.status !== 'ok' || record.response.finish_reasons.includes('error')) return { finish_reason: 'error' }
  // Queued, or a server that does not say: 1.41 demands a word, later versions let it be unknown.
  return semconv === '1.41' ? { finish_reason: 'unknown' } : {}
}

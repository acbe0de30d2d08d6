// A record → the conversation. In: request and response bodies of any endpoint. Out: turns, sent ones first. Pure.
import { type Bag, bag, list, text } from '../narrow.ts'
import { choiceTurns, messageTurns, type OpenTurn } from './chat-turns.ts'
import { dataUrlOf, describe, imagePart, partsOf } from './parts.ts'
import { addOutput, inputTurns } from './response-turns.ts'
import type { Part, Turn } from './turns.ts'

/** Gives the turns of a call; empty when the record holds no content. */
export function conversationOf(requestBody: unknown, responseBody: unknown): readonly Turn[] {
  const request = bag(requestBody)
  const response = bag(responseBody)
  const turns = sentTurns(request)
  if (turns.length === 0 && typeof requestBody === 'string') turns.push(sent(partsOf(requestBody)))
  if (Array.isArray(response.choices))
    turns.push(...choiceTurns(response.choices, response.search_results ?? response.citations))
  else if (Array.isArray(response.output)) addOutput(turns, response.output)
  else if (responseBody !== null && responseBody !== undefined)
    return [...turns.map(asInput), { role: 'output', note: null, parts: otherAnswer(responseBody), isAnswer: true }]
  return turns
}

function sentTurns(request: Bag): OpenTurn[] {
  if (Array.isArray(request.messages)) return messageTurns(request.messages)
  const isTextList = list(request.input).length > 0 && list(request.input).every((item) => typeof item === 'string')
  if (isTextList) return list(request.input).map((item) => sent(partsOf(item)))
  const { response, session } = request
  // Of a Realtime call: what the response asks for stands over what its session was configured with.
  const instructions = request.instructions ?? bag(response).instructions ?? bag(session).instructions
  const turns = inputTurns(
    instructions,
    session === undefined ? request.input : [...list(request.input), ...list(bag(response).input)],
  )
  if (request.prompt !== undefined && typeof request.prompt !== 'object') turns.push(sent(partsOf(request.prompt)))
  if (Array.isArray(request.prompt)) turns.push(sent(request.prompt.map((item) => promptPart(item))))
  const uploads = ['file', 'image', 'mask'].filter((name) => request[name] !== undefined)
  if (uploads.length > 0)
    turns.push(
      sent(
        uploads.map((what) => ({
          kind: 'attachment',
          what,
          details: describe(list(request[what])[0] ?? request[what]),
        })),
      ),
    )
  return turns
}

function promptPart(item: unknown): Part {
  return typeof item === 'string' ? { kind: 'text', text: item } : { kind: 'json', label: 'tokens', value: item }
}

function sent(parts: readonly Part[]): OpenTurn {
  return { role: 'user', note: null, parts: [...parts], isAnswer: false }
}

/** Embeddings, images and sound are no conversation: what was sent is input, whoever is said to have said it. */
function asInput(turn: OpenTurn): Turn {
  return turn.role === 'user' ? { ...turn, role: 'input' } : turn
}

function otherAnswer(body: unknown): Part[] {
  if (typeof body === 'string') return partsOf(body)
  const response = bag(body)
  if (typeof response.text === 'string') return partsOf(response.text)
  const images = list(response.data).filter((item) => 'b64_json' in bag(item) || 'url' in bag(item))
  if (images.length > 0) return images.flatMap((item) => imageParts(bag(item)))
  if (typeof response.media_type === 'string')
    return [{ kind: 'attachment', what: 'audio', details: describe(response) }]
  return [{ kind: 'json', label: text(response.object) ?? 'answer', value: body }]
}

function imageParts(item: Bag): Part[] {
  const revised = partsOf(item.revised_prompt)
  const { b64_json: made } = item
  return [imagePart(typeof made === 'string' ? dataUrlOf(made) : (made ?? item.url)), ...revised]
}

// Names an endpoint from verb and URL path, whatever stands before it (`/v1`, `/openai/deployments/x`, a proxy's prefix).
// In: verb and path or URL without query. Out: operation and the SDK's dotted name; what kind of call it is, asked on the main thread.
import type { Operation } from '../record.ts'

export interface Endpoint {
  readonly operation: Operation
  /** The SDK's name for the call, ids dropped: `chat.completions.create`, `vector_stores.files.list`. */
  readonly method: string
}

/** Model calls made by POST, by how their path ends. `/chat/completions` stands before `/completions`, which ends it too. */
const CREATES: readonly (readonly [ending: string, operation: Operation, method: string])[] = [
  ['/chat/completions', 'chat', 'chat.completions.create'],
  ['/responses', 'responses', 'responses.create'],
  ['/embeddings', 'embeddings', 'embeddings.create'],
  ['/completions', 'text_completion', 'completions.create'],
  ['/images/generations', 'image', 'images.generate'],
  ['/images/edits', 'image', 'images.edit'],
  ['/images/variations', 'image', 'images.createVariation'],
  ['/audio/speech', 'speech', 'audio.speech.create'],
  ['/audio/transcriptions', 'transcription', 'audio.transcriptions.create'],
  ['/audio/translations', 'transcription', 'audio.translations.create'],
  ['/moderations', 'moderation', 'moderations.create'],
]
const RESPONSES = '/responses/'
/** What may follow `/responses/` and is not the id of a response. */
const RESPONSES_OTHER: readonly string[] = ['input_tokens']

const COMPACT = 'responses.compact'
/** A run of an assistant, a turn of an agent: answered by looking at it until it has ended. */
const RUN = /\/(?:threads\/[^/]+\/runs|agents\/sessions\/.+\/turns)\/[^/]+$/
/** POSTs that make a model work below a root that manages something, or that name no model. */
const WORKS =
  /\/(?:threads\/(?:[^/]+\/)?runs|threads\/[^/]+\/runs\/[^/]+\/submit_tool_outputs|agents\/sessions|graders\/run|decisions|rerank|videos|videos\/(?:edits|extensions)|videos\/[^/]+\/remix)$/
/** POSTs that manage something, though they may name a model: none of them makes one work, or not until later. */
const MANAGES = new RegExp(
  '(?:^|/)(?:' +
    'admin|agents|assistants|audio/voice(?:s|_consents)|batches|chat/completions/[^/]+$|chatkit|containers|content_provenance_checks|' +
    'conversations|evals|files|fine_tuning|live|models|organization|projects|realtime|responses|safety|skills|threads|uploads|vaults|' +
    'vector_stores|videos/characters|webhook_endpoints|webhooks' +
    ')(?:/|$)',
)

/** Last words of a path that are a method of the resource before them. */
const ACTIONS: ReadonlySet<string> = new Set(
  (
    'accept activate archive cancel compact complete content deactivate edits extensions hangup input_tokens pause refer ' +
    'reject remix resume run search submit_tool_outputs validate'
  ).split(' '),
)
/** Words before the first resource: versions, Azure's and proxies' prefixes. */
const PREFIXES: ReadonlySet<string> = new Set(['openai', 'deployments', 'api', 'gateway', 'proxy'])
const ROOTS: ReadonlySet<string> = new Set(
  (
    'assistants audio batches chat chatkit completions containers conversations embeddings evals files fine_tuning graders ' +
    'images models moderations organization realtime responses skills threads uploads vector_stores videos webhooks'
  ).split(' '),
)
const MAX_NAME_CHARS = 24

/**
 * What a call is, by verb and path. `call`: a model works. `read`: it looks at an answer that a call made before. `unsure`: an
 * endpoint that nobody has told us of; a model works when request or answer name one, or the answer has usage. `none`: it manages
 * something.
 */
export type Kind = 'call' | 'read' | 'unsure' | 'none'

/** Says what kind of call it is. Cheap for the usual ones: no regular expression, no allocation. */
export function kindOf(verb: string, path: string): Kind {
  const end = endOf(path)
  if (verb === 'POST') {
    for (const [ending] of CREATES) if (path.endsWith(ending, end)) return 'call'
  }
  const method = responsesMethod(verb, path, end)
  if (method !== null) return method === COMPACT ? 'call' : 'read'
  if (verb === 'GET') return RUN.test(path.slice(0, end)) ? 'read' : 'none'
  if (verb !== 'POST') return 'none'
  const bare = path.slice(0, end)
  if (WORKS.test(bare)) return 'call'
  return bare === '' || MANAGES.test(bare) ? 'none' : 'unsure'
}

/** Names the operation and method of a call. What is no model call, or one of no known form, is `other`. */
export function classify(verb: string, path: string): Endpoint {
  const end = endOf(path)
  if (verb === 'POST') {
    for (const [ending, operation, method] of CREATES) if (path.endsWith(ending, end)) return { operation, method }
  }
  const method = responsesMethod(verb, path, end)
  if (method !== null) return { operation: method === COMPACT ? 'responses' : 'fetch_response', method }
  const bare = path.slice(0, end)
  const isRead = verb === 'GET' && RUN.test(bare)
  return { operation: isRead ? 'fetch_response' : 'other', method: nameOther(verb, bare) }
}

/** Where the path ends without query, fragment and closing slashes. */
function endOf(path: string): number {
  let end = path.indexOf('?')
  if (end < 0) end = path.indexOf('#')
  if (end < 0) end = path.length
  while (end > 0 && path.charCodeAt(end - 1) === 47) end--
  return end
}

function responsesMethod(verb: string, path: string, end: number): string | null {
  const found = path.lastIndexOf(RESPONSES, end)
  if (found < 0) return null
  const start = found + RESPONSES.length
  const slash = path.indexOf('/', start)
  if (slash >= 0 && slash < end) {
    return verb === 'POST' && path.endsWith('/cancel', end) && slash === end - 7 ? 'responses.cancel' : null
  }
  if (start >= end || RESPONSES_OTHER.some((word) => path.endsWith(word, end) && start + word.length === end))
    return null
  if (verb === 'GET') return 'responses.retrieve'
  if (verb === 'DELETE') return 'responses.delete'
  return verb === 'POST' && path.endsWith('/compact', end) ? COMPACT : null
}

function nameOther(verb: string, path: string): string {
  const segments = dropPrefix(path.split('/').filter((part) => part !== ''))
  const names = segments.filter(isName)
  const last = segments.at(-1)
  if (last === undefined || names.length === 0) return verb.toLowerCase()
  if (ACTIONS.has(last)) return names.join('.')
  return `${names.join('.')}.${verbName(verb, !isName(last))}`
}

function verbName(verb: string, onOne: boolean): string {
  if (verb === 'GET') return onOne ? 'retrieve' : 'list'
  if (verb === 'POST') return onOne ? 'update' : 'create'
  if (verb === 'PUT' || verb === 'PATCH') return 'update'
  return verb.toLowerCase()
}

function dropPrefix(segments: readonly string[]): readonly string[] {
  const root = segments.findIndex((part) => ROOTS.has(part))
  if (root >= 0) return segments.slice(root)
  const first = segments.findIndex((part) => !PREFIXES.has(part) && isName(part))
  return first < 0 ? [] : segments.slice(first)
}

/** A word of the API, not an id: ids and model names have digits, capitals or punctuation, or are long. */
function isName(part: string): boolean {
  if (part.length > MAX_NAME_CHARS) return false
  for (let at = 0; at < part.length; at++) {
    const code = part.charCodeAt(at)
    if (code !== 95 && (code < 97 || code > 122)) return false
  }
  return true
}

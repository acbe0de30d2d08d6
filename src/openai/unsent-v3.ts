// What is known of a call of openai 3 that failed before axios had it: a parameter left out, a body that is no JSON. In: its method, its
// arguments. Out: options as later majors have them, for unsent.ts. Main thread, error path only.
import type { Call } from './open-calls.ts'

/** Methods that ask a model: their path, and for those with arguments instead of a body what these are called. */
const PATHS: { readonly [method: string]: readonly [path: string, ...fields: string[]] } = {
  createChatCompletion: ['/chat/completions'],
  createCompletion: ['/completions'],
  createEdit: ['/edits'],
  createEmbedding: ['/embeddings'],
  createImage: ['/images/generations'],
  createImageEdit: ['/images/edits', '', 'prompt'],
  createImageVariation: ['/images/variations'],
  createModeration: ['/moderations'],
  createTranscription: ['/audio/transcriptions', '', 'model', 'prompt'],
  createTranslation: ['/audio/translations', '', 'model', 'prompt'],
}

/** Notes what the call would have asked for. Nothing is known of methods that ask no model. */
export function noteUnsentV3(call: Call, client: object, method: string, args: readonly unknown[]): void {
  const [path, ...fields] = (Object.hasOwn(PATHS, method) ? PATHS[method] : undefined) ?? []
  if (path === undefined || call.opened || call.options !== null) return
  const { basePath, configuration } = client as {
    readonly basePath?: unknown
    readonly configuration?: { readonly basePath?: unknown }
  }
  const base = [configuration?.basePath, basePath].find((given) => typeof given === 'string' && given !== '') ?? ''
  const named = fields.flatMap((field, index) =>
    typeof args[index] === 'string' ? [[field, args[index]] as const] : [],
  )
  const body = fields.length > 0 ? Object.fromEntries(named) : path === '/images/variations' ? {} : (args[0] ?? {})
  call.options = { path: `${base}${path}`, method: 'POST', body }
}

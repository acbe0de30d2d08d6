// The message formats of the GenAI conventions as JSON Schema, after docs/gen-ai/gen-ai-*.json of 1.41.1 and model/gen-ai/gen-ai-*.json of
// semantic-conventions-genai (1.42.0-dev): one definition a part type, so that a part with a known type and a wrong shape fails (the
// official schemas let it pass as a generic part).
const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }

const part = (type: string, required: string[], properties: object) => ({
  properties: { type: { const: type }, ...properties },
  required: ['type', ...required],
})
const ofType = object(['type'], { type: text })

const transcript = { transcript: optionalText }
const media = { mime_type: optionalText, modality: text, ...transcript }
const PARTS = [
  part('text', ['content'], { content: text }),
  part('reasoning', ['content'], { content: text }),
  part('tool_call', ['name'], { id: optionalText, name: text }),
  part('tool_call_response', ['response'], { id: optionalText }),
  part('server_tool_call', ['name', 'server_tool_call'], { id: optionalText, name: text, server_tool_call: ofType }),
  part('server_tool_call_response', ['server_tool_call_response'], {
    id: optionalText,
    server_tool_call_response: ofType,
  }),
  part('blob', ['modality', 'content'], { ...media, content: text }),
  part('file', ['modality', 'file_id'], { ...media, file_id: text }),
  part('uri', ['modality', 'uri'], { ...media, uri: text }),
  // Since 1.42; a generic part before.
  part('compaction', [], { id: optionalText, content: optionalText }),
]
const KNOWN = PARTS.map(({ properties }) => properties.type.const)

function object(required: string[], properties: object): object {
  return { type: 'object', required, properties }
}

const anyPart = {
  type: 'object',
  oneOf: [...PARTS, { properties: { type: { type: 'string', not: { enum: KNOWN } } }, required: ['type'] }],
}
const parts = { type: 'array', items: anyPart }
const message = { role: text, parts, name: optionalText }
const texts = { type: 'array', items: { type: 'object', ...part('text', ['content'], { content: text }) } }

export const INPUT_MESSAGES = { type: 'array', items: object(['role', 'parts'], message) }
/** 1.41 demands a finish reason; later it may be unknown. */
export const OUTPUT_MESSAGES = {
  '1.41': { type: 'array', items: object(['role', 'parts', 'finish_reason'], { ...message, finish_reason: text }) },
  latest: { type: 'array', items: object(['role', 'parts'], { ...message, finish_reason: optionalText }) },
}
/** Limited to text after 1.41. */
export const SYSTEM_INSTRUCTIONS = { '1.41': parts, latest: texts }
export const TOOL_DEFINITIONS = {
  type: 'array',
  items: object(['type', 'name'], {
    type: text,
    name: text,
    description: optionalText,
    parameters: { type: ['object', 'null'] },
  }),
}
export const RETRIEVAL_DOCUMENTS = {
  type: 'array',
  items: object(['id', 'score'], { id: text, score: { type: ['number', 'null'] } }),
}

// The message formats of the GenAI conventions 1.41.1 as JSON Schema: one definition a part type, so that a part with a known type
// and a wrong shape fails (the official schemas, docs/gen-ai/gen-ai-*-messages.json, let it pass as a generic part).
const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }

const part = (type: string, required: string[], properties: object) => ({
  properties: { type: { const: type }, ...properties },
  required: ['type', ...required],
})
const ofType = object(['type'], { type: text })

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
  part('blob', ['modality', 'content'], { mime_type: optionalText, modality: text, content: text }),
  part('file', ['modality', 'file_id'], { mime_type: optionalText, modality: text, file_id: text }),
  part('uri', ['modality', 'uri'], { mime_type: optionalText, modality: text, uri: text }),
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

export const INPUT_MESSAGES = { type: 'array', items: object(['role', 'parts'], message) }
export const OUTPUT_MESSAGES = {
  type: 'array',
  items: object(['role', 'parts', 'finish_reason'], { ...message, finish_reason: text }),
}
export const SYSTEM_INSTRUCTIONS = parts
export const TOOL_DEFINITIONS = {
  type: 'array',
  items: object(['type', 'name'], {
    type: text,
    name: text,
    description: optionalText,
    parameters: { type: ['object', 'null'] },
  }),
}

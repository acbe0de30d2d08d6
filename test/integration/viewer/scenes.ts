// What programs say to models, for generated records: each scene is a list of calls that follow each other in one trace.
// In: a random source. Out: request and response bodies as the API has them. Pure, the same for the same seed.
import { deflateSync } from 'node:zlib'
import type { Json, Operation } from '../../../src/record.ts'

export type Random = () => number

/** One call of a scene; what is absent takes the usual value. */
export interface Line {
  readonly operation: Operation
  readonly method: string
  readonly path: string
  readonly model: string
  readonly request: { readonly [key: string]: Json }
  readonly response: Json
  readonly finish: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly reasoningTokens?: number
  readonly isCached?: boolean
  /** Begins together with the line before. */
  readonly isParallel?: boolean
  readonly stream?: boolean
  readonly helper?: string
}

export interface Scene {
  readonly service: string
  readonly tags: readonly string[]
  readonly name: string | null
  readonly lines: readonly Line[]
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T
}

function count(random: Random, from: number, to: number): number {
  return Math.floor(from + random() * (to - from))
}

const SUPPORT_SYSTEM =
  'You are the support assistant of Northwind Outdoor. Answer in at most three sentences, kindly and precisely. ' +
  'Never promise a refund; explain the next step instead. If an order number is mentioned, look it up first.'

const QUESTIONS: readonly (readonly [string, string])[] = [
  [
    'My tent arrived with a broken pole. What can I do?',
    'I am sorry about the pole. Please send us a photo of the break and your order number; we will ship a spare pole within two working days, free of charge.',
  ],
  [
    'Can I still change the delivery address of my order?',
    'Yes, as long as the parcel has not left the warehouse. Open “My orders”, choose the order and press “Change address”; after dispatch only the carrier can redirect it.',
  ],
  [
    'Which sleeping bag do you recommend for −5 °C?',
    'For nights around −5 °C I would take the Fjell 300: its comfort limit is −6 °C and it packs to 6 litres. If you sleep cold, the Fjell 400 gives you another five degrees.',
  ],
  [
    'Wie lange dauert der Versand nach Österreich?',
    'Der Versand nach Österreich dauert in der Regel drei bis vier Werktage. Sobald Ihr Paket unterwegs ist, erhalten Sie einen Link zur Sendungsverfolgung.',
  ],
  [
    'Is the Trail 28 backpack waterproof?',
    'The Trail 28 is water-repellent but not waterproof: light rain runs off, and in heavy rain you should use the cover in the bottom pocket.',
  ],
  [
    '返品は何日以内にできますか？',
    '商品到着後30日以内であれば返品できます。未使用でタグが付いた状態でお送りください。',
  ],
]

function usageOf(words: string): number {
  return Math.max(4, Math.round(words.length / 3.8))
}

function completion(message: { readonly [key: string]: Json }, finish: string): Json {
  return {
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  }
}

function chatLine(
  model: string,
  messages: Json[],
  message: { readonly [key: string]: Json },
  more: Partial<Line> = {},
): Line {
  const { request = {}, finish = 'stop', ...rest } = more
  return {
    operation: 'chat',
    method: 'chat.completions.create',
    path: '/v1/chat/completions',
    model,
    request: { model, messages, ...request, ...(rest.stream ? { stream: true } : {}) },
    response: completion(message, finish),
    finish,
    inputTokens: usageOf(JSON.stringify(messages)),
    outputTokens: usageOf(JSON.stringify(message)),
    ...rest,
  }
}

function supportScene(random: Random): Scene {
  const [question, answer] = pick(random, QUESTIONS)
  const model = pick(random, ['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4.1-mini'])
  const messages = [
    { role: 'system', content: SUPPORT_SYSTEM },
    { role: 'user', content: question },
  ]
  const line = chatLine(model, messages, { content: answer }, { stream: random() < 0.7, request: { temperature: 0.3 } })
  return { service: 'support-bot', tags: ['prod', 'support'], name: null, lines: [line] }
}

const ORDER_TOOLS: Json = [
  tool('lookup_order', 'Gives status, carrier and items of an order.', { order_id: { type: 'string' } }),
  tool('carrier_status', 'Asks the carrier where a parcel is.', { tracking: { type: 'string' } }),
]

function tool(name: string, description: string, properties: { readonly [key: string]: Json }): Json {
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, required: Object.keys(properties) } },
  }
}

function agentScene(random: Random): Scene {
  const order = `NW-${count(random, 10_000, 99_999)}`
  const tracking = `00340${count(random, 100_000, 999_999)}`
  const place = pick(random, ['Graz', 'Lyon', 'Leeds', 'Porto', 'Malmö'])
  const id = (n: number) => `call_${order.slice(3)}${n}`
  const call = (n: number, name: string, args: Json) => ({
    content: null,
    tool_calls: [{ id: id(n), type: 'function', function: { name, arguments: JSON.stringify(args) } }],
  })
  const first = call(1, 'lookup_order', { order_id: order })
  const second = call(2, 'carrier_status', { tracking })
  const found = {
    order_id: order,
    status: 'shipped',
    carrier: 'DPD',
    tracking,
    items: [{ sku: 'TRAIL-28', quantity: 1 }],
  }
  const where = { tracking, place, at: '2026-11-21T17:42:00Z', state: 'in transit', delivery: '2026-11-24' }
  const messages: Json[] = [
    { role: 'system', content: SUPPORT_SYSTEM },
    { role: 'user', content: `Where is my order ${order}? It should have been here yesterday.` },
  ]
  const more = {
    request: { tools: ORDER_TOOLS, tool_choice: 'auto', parallel_tool_calls: false, temperature: 0 },
    finish: 'tool_calls',
  }
  const afterFirst = [
    ...messages,
    { role: 'assistant', ...first },
    { role: 'tool', tool_call_id: id(1), content: JSON.stringify(found) },
  ]
  const afterSecond = [
    ...afterFirst,
    { role: 'assistant', ...second },
    { role: 'tool', tool_call_id: id(2), content: JSON.stringify(where) },
  ]
  const answer = `Your parcel left our warehouse and reached ${place} last night. DPD plans to deliver it on Tuesday, 24 November; you can follow it with the number ${tracking}.`
  return {
    service: 'support-bot',
    tags: ['prod', 'support', 'agent'],
    name: 'order-agent',
    lines: [
      {
        ...chatLine('gpt-4o-mini', [{ role: 'user', content: order }], { content: '' }),
        ...moderationLine(`Where is my order ${order}?`),
      },
      chatLine('gpt-4o', messages, first, more),
      chatLine('gpt-4o', afterFirst, second, { ...more, isCached: true }),
      chatLine('gpt-4o', afterSecond, { content: answer }, { ...more, finish: 'stop', stream: true, isCached: true }),
    ],
  }
}

function moderationLine(input: string): Line {
  const categories = { harassment: false, violence: false, 'self-harm': false, hate: false, sexual: false }
  return {
    operation: 'moderation',
    method: 'moderations.create',
    path: '/v1/moderations',
    model: 'omni-moderation-latest',
    request: { model: 'omni-moderation-latest', input },
    response: {
      id: 'modr-1',
      results: [{ flagged: false, categories, category_scores: { harassment: 0.0003, violence: 0.0011 } }],
    },
    finish: '',
    inputTokens: 0,
    outputTokens: 0,
  }
}

function searchScene(random: Random): Scene {
  const question = pick(random, [
    'How do I rotate the signing keys without downtime?',
    'What is the retention period of audit logs on the team plan?',
    'Does the webhook retry when my server answers 202?',
    'How can I restrict an API key to one project?',
  ])
  const passage =
    'Signing keys come in pairs. The older key stays valid for verification for 24 hours after a rotation, so that tokens in flight can be checked. ' +
    'A rotation is started in Settings → Security, or with `POST /v2/keys/rotate`.\n\n```bash\ncurl -X POST https://api.example.com/v2/keys/rotate \\\n  -H "authorization: Bearer $TOKEN"\n```\n\n' +
    'Webhooks are delivered at least once. Every answer from 200 to 299 counts as received; others are tried again for three days with growing intervals.'
  const answer =
    'Rotate in two steps: start the rotation, then deploy the new public key within 24 hours — the old one stays valid for verification that long [1].\n\n' +
    '```bash\ncurl -X POST https://api.example.com/v2/keys/rotate \\\n  -H "authorization: Bearer $TOKEN"\n```\n\nNo token in flight is refused in the meantime.'
  const input: Json = [
    {
      role: 'developer',
      content: 'Answer from the passages only and cite them like [1]. Say so when they do not hold the answer.',
    },
    {
      role: 'user',
      content: [{ type: 'input_text', text: `${question}\n\nPassages:\n[1] ${passage.repeat(count(random, 1, 5))}` }],
    },
  ]
  const model = pick(random, ['gpt-5-mini', 'o4-mini'])
  const reasoning =
    '**Finding the relevant passage**\n\nThe user asks about rotation. Passage 1 describes key pairs and the 24-hour overlap, which answers the question directly. I should keep it short and cite it.'
  return {
    service: 'docs-search',
    tags: ['prod', 'search'],
    name: 'answer-question',
    lines: [
      {
        operation: 'embeddings',
        method: 'embeddings.create',
        path: '/v1/embeddings',
        model: 'text-embedding-3-small',
        request: { model: 'text-embedding-3-small', input: question, encoding_format: 'base64' },
        response: {
          object: 'list',
          data: [{ object: 'embedding', index: 0, embedding: { dimensions: 1536, encoding: 'base64' } }],
        },
        finish: '',
        inputTokens: usageOf(question),
        outputTokens: 0,
      },
      {
        operation: 'responses',
        method: 'responses.create',
        path: '/v1/responses',
        model,
        request: { model, input, reasoning: { effort: 'low', summary: 'auto' }, max_output_tokens: 2000, stream: true },
        response: {
          id: `resp_${count(random, 1e8, 9e8)}`,
          status: 'completed',
          output: [
            { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: reasoning }] },
            {
              type: 'message',
              id: 'msg_1',
              role: 'assistant',
              content: [{ type: 'output_text', text: answer, annotations: [] }],
            },
          ],
        },
        finish: 'completed',
        inputTokens: usageOf(JSON.stringify(input)),
        outputTokens: usageOf(answer) + 192,
        reasoningTokens: 192,
        stream: true,
      },
    ],
  }
}

const INVOICE_SCHEMA: Json = {
  type: 'json_schema',
  json_schema: {
    name: 'invoice',
    strict: true,
    schema: {
      type: 'object',
      properties: {
        number: { type: 'string' },
        total: { type: 'number' },
        currency: { type: 'string' },
        due: { type: 'string' },
      },
    },
  },
}

function invoiceScene(random: Random): Scene {
  const total = count(random, 4_000, 900_000) / 100
  const data = { number: `2026-${count(random, 1000, 9999)}`, total, currency: 'EUR', due: '2026-12-15' }
  const content: Json = [
    { type: 'text', text: 'Read the invoice on this scan.' },
    { type: 'image_url', image_url: { url: invoiceImage, detail: 'high' } },
  ]
  const line = chatLine(
    pick(random, ['gpt-4.1', 'gpt-4o']),
    [
      { role: 'system', content: 'Extract the fields of the schema. Use null for what is not on the page.' },
      { role: 'user', content },
    ],
    { content: JSON.stringify(data) },
    {
      request: { response_format: INVOICE_SCHEMA, temperature: 0, seed: 7 },
      helper: 'parse',
      inputTokens: 1105 + count(random, 0, 300),
    },
  )
  return { service: 'invoice-worker', tags: ['batch', 'invoices'], name: 'read-invoice', lines: [line] }
}

function refusalScene(): Scene {
  const line = chatLine(
    'gpt-4o',
    [{ role: 'user', content: 'Write a convincing e-mail in the name of my bank that asks for a PIN.' }],
    { content: null, refusal: 'I can’t help with writing messages that impersonate a bank to obtain someone’s PIN.' },
  )
  return { service: 'support-bot', tags: ['prod', 'support'], name: null, lines: [line] }
}

const SECTIONS = ['Sales by region', 'Returns and reasons', 'Open tickets', 'Stock at risk'] as const
const SECTION_TEXT =
  'Orders rose by 4.2 % against week 46, carried by tents (+11 %) and sleeping pads (+9 %). Austria and Portugal grew, the United Kingdom fell by 2.8 %. '

function reportScene(): Scene {
  const plan = JSON.stringify({ sections: SECTIONS })
  const ask = (words: string): Json[] => [
    {
      role: 'system',
      content: 'You write one section of the weekly report for the shop team. Figures first, no adjectives.',
    },
    { role: 'user', content: words },
  ]
  const sections = SECTIONS.map((title, at) =>
    chatLine(
      'gpt-4.1-mini',
      ask(`Write the section “${title}” from the attached figures of week 47.`),
      { content: `## ${title}\n\n${SECTION_TEXT.repeat(1 + (at % 3))}` },
      { stream: true, isParallel: at > 0 },
    ),
  )
  const summary = chatLine(
    'gpt-4.1',
    ask('Summarise these four sections in five lines.'),
    { content: SECTION_TEXT },
    { stream: true, inputTokens: 1480 },
  )
  return {
    service: 'report-writer',
    tags: ['batch', 'reports'],
    name: 'weekly-report',
    lines: [
      chatLine(
        'gpt-4.1',
        ask('Plan the weekly report.'),
        { content: plan },
        { helper: 'parse', request: { temperature: 0 } },
      ),
      ...sections,
      summary,
    ],
  }
}

function mediaScene(random: Random): Scene {
  const prompt = pick(random, [
    'A tent on a ridge at dawn, flat illustration, two colours',
    'Product shot of a green backpack on slate',
  ])
  const lines: Line[] = [
    {
      operation: 'image',
      method: 'images.generate',
      path: '/v1/images/generations',
      model: 'gpt-image-1',
      request: { model: 'gpt-image-1', prompt, size: '1024x1024', quality: 'medium' },
      response: {
        created: 1,
        data: [
          {
            b64_json: { media_type: 'image/png', bytes: 1_482_113, sha256: '9f2b…' },
            revised_prompt: `${prompt}, soft light`,
          },
        ],
      },
      finish: '',
      inputTokens: 24,
      outputTokens: 1056,
    },
    {
      operation: 'speech',
      method: 'audio.speech.create',
      path: '/v1/audio/speech',
      model: 'gpt-4o-mini-tts',
      request: {
        model: 'gpt-4o-mini-tts',
        voice: 'sage',
        input: 'Your parcel arrives on Tuesday between nine and eleven.',
      },
      response: { media_type: 'audio/mpeg', bytes: 61_440, sha256: '77ab…' },
      finish: '',
      inputTokens: 14,
      outputTokens: 0,
    },
    {
      operation: 'transcription',
      method: 'audio.transcriptions.create',
      path: '/v1/audio/transcriptions',
      model: 'gpt-4o-transcribe',
      request: {
        model: 'gpt-4o-transcribe',
        file: { filename: 'voicemail-0412.m4a', media_type: 'audio/mp4', bytes: 248_120 },
      },
      response: { text: 'Hello, this is Marta Silva. I ordered two sleeping pads and only one arrived.' },
      finish: '',
      inputTokens: 310,
      outputTokens: 22,
    },
  ]
  return { service: 'media-worker', tags: ['batch', 'media'], name: null, lines: [pick(random, lines)] }
}

/** A small picture of a page, so that thumbnails have something to show. */
const invoiceImage = `data:image/png;base64,${paintPage(96, 128).toString('base64')}`

function paintPage(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height, 0xff)
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = 0
    const isText = y > 16 && y % 8 < 3 && y < height - 20
    const end = y < 30 ? width / 2 : width - 12 - ((y * 7) % 30)
    for (let x = 10; isText && x < end; x++) rows[y * (width + 1) + 1 + x] = y < 30 ? 0x30 : 0x90
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const bytes = Buffer.alloc(body.length + 8)
  bytes.writeUInt32BE(data.length, 0)
  body.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(body), body.length + 4)
  return bytes
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** Draws the next scene; common ones come more often. */
export function drawScene(random: Random): Scene {
  const die = random()
  if (die < 0.34) return supportScene(random)
  if (die < 0.5) return agentScene(random)
  if (die < 0.74) return searchScene(random)
  if (die < 0.88) return invoiceScene(random)
  if (die < 0.93) return reportScene()
  return die < 0.945 ? refusalScene() : mediaScene(random)
}

// The fuzz programs. Each makes one input from a random source, gives it to the real code, and throws when that throws, or gives what it must not.
import { anyJson, below, bend, pick, spoil } from './random.mjs'
import { ANSWERS, CLOSE, LANE, OPEN, REQUEST, STREAMS } from './samples.mjs'

const MAX_BODY_BYTES = 4096
/** Two bodies and metadata at the limit, an error of 64 KiB with its stack, and the short fields. */
const MAX_RECORD_CHARS = 2 * 65_536 + 3 * MAX_BODY_BYTES + 64 * 1024
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
const encoder = new TextEncoder()
const bytesOf = (value) => encoder.encode(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
/** Made once: rules are compiled once for each list, and a million inputs are to be had in minutes. */
const REQUEST_BYTES = bytesOf(REQUEST)
const NO_BYTES = new Uint8Array()
const NO_RULES = []
const ONE_PATH = ['request.messages[*].content']
const SOME_RULES = [
  NO_RULES,
  NO_RULES,
  ['email', 'iban'],
  ['request.body.messages[*].content'],
  ['/[a-z]+@/', '*.body.choices'],
  ['key', 'ip'],
]

function must(isTrue, what) {
  if (!isTrue) throw new Error(what)
}

/** Loads the parts that are attacked: from `src` in the unit test, from `dist` in the long run. */
export async function openTargets(load) {
  const { decodeCall } = await load('decode/decode')
  const { parseSse } = await load('decode/sse')
  const { readFrames, readLongFrame } = await load('spool/read')
  const viewerFrames = await load('viewer/frames')
  const { checksum } = await load('spool/checksum')
  const { parseOptions, chooseExporters } = await load('options/options')
  const { badRules, splitRules } = await load('options/redact-rules')
  const { compileRedactor } = await load('content/redact')
  const { protectLane } = await load('content/protect-lane')
  const { rulesOf } = await load('shipper/rules')
  const { entryOf } = await load('viewer/entry')
  const { readableLine } = await load('cli/tail/line')
  const { parseLine } = await load('cli/scan')
  const { compileFilter } = await load('filter/filter')
  const { encodeLine } = await load('destinations/line')
  const { maskFields } = await load('secrets/fields')
  const { scrubText } = await load('secrets/text')
  const { printable } = await load('secrets/printable')

  /** A record comes out, is JSON, is bounded, and no part of the decoder gave up. */
  function decode(input, isCertain = true) {
    let failed = null
    const options = {
      maxBodyBytes: MAX_BODY_BYTES,
      captureContent: true,
      redact: NO_RULES,
      ...input.options,
      onRedactionFailure: (message) => (failed = message),
    }
    const record = decodeCall({
      open: OPEN,
      request: REQUEST_BYTES,
      close: CLOSE,
      answer: NO_BYTES,
      lane: LANE,
      ...input,
      options,
    })
    must(failed === null || !isCertain, `decoding gave up: ${failed}`)
    const { length } = encodeLine(record)
    must(length < MAX_RECORD_CHARS, `a record of ${length} characters`)
    return record
  }

  function frameOf(head, body) {
    const bytes = bytesOf(body)
    const text = JSON.stringify(head).slice(1)
    const sum = checksum(`{${text}`, bytes)
    return Buffer.concat([
      Buffer.from(`{"bytes":${bytes.length},${text.slice(0, -1)},"sum":${sum}}\n`),
      bytes,
      Buffer.from('\n'),
    ])
  }

  function wireOf(random) {
    const events = bend(random, pick(random, STREAMS), pick(random, [0, 0.02, 0.1, 0.4]))
    const lines = (Array.isArray(events) ? events : [events]).map((event) => {
      const name = random() < 0.2 && typeof event?.type === 'string' ? `event: ${event?.type}\n` : ''
      return `${random() < 0.05 ? ': ping\n\n' : ''}${name}data: ${JSON.stringify(event)}\n${random() < 0.95 ? '\n' : ''}`
    })
    return lines.join('') + pick(random, ['', 'data: [DONE]\n\n', '\r\n', 'data:'])
  }

  const colour = (_style, text) => text
  const passes = compileFilter({ model: ['*a*'], status: ['ok'], tag: ['p*'], user: ['u'] })
  return {
    segments(random) {
      const frames = [
        frameOf(OPEN, REQUEST),
        frameOf({ t: 'part', id: OPEN.id }, wireOf(random)),
        frameOf(CLOSE, pick(random, ANSWERS)),
      ]
      const bytes = spoil(random, Buffer.concat(frames))
      const known = random() < 0.5 ? bytes.length : Number.POSITIVE_INFINITY
      const { frames: read, consumed, needed } = readFrames(bytes, known)
      must(consumed >= 0 && consumed <= bytes.length && needed >= 0, 'consumed more than there is')
      let end = 0
      for (const frame of read) {
        must(frame.start >= end && frame.end >= frame.start && frame.end < bytes.length, 'a frame out of its bounds')
        end = frame.end
      }
      readLongFrame(bytes)
      viewerFrames.readFrames(bytes)
      const heads = new Map(read.map((frame) => [frame.head.t, frame]))
      const open = heads.get('open')
      const close = heads.get('close')
      if (!open) return
      const of = (frame) => bytes.subarray(frame.start, frame.end)
      decode(
        { open: open.head, request: of(open), close: close?.head ?? null, answer: close ? of(close) : Buffer.alloc(0) },
        false,
      )
    },
    records(random) {
      const record = decode({ answer: bytesOf(bend(random, pick(random, ANSWERS), 0.05)) })
      const line = { level: 30, time: 1, msg: 'x', ...record }
      const bytes = spoil(random, Buffer.from(JSON.stringify(bend(random, line, pick(random, [0.01, 0.1, 0.3])))))
      const value = parseLine(bytes)
      if (value === null) return
      entryOf(value)
      const shown = readableLine(value, colour, 80)
      must(
        !CONTROL.test(shown.replaceAll('\n', '').replaceAll('\t', '')),
        `a control character in ${JSON.stringify(shown)}`,
      )
      passes(value)
    },
    sse(random) {
      const wire = spoil(random, Buffer.from(wireOf(random)))
      parseSse(wire.toString())
      const headers = { 'content-type': random() < 0.8 ? 'text/event-stream' : 'application/json' }
      const close = random() < 0.1 ? null : { ...CLOSE, error: undefined, headers }
      decode({
        close,
        answer: wire,
        open: {
          ...OPEN,
          url: `https://h/v1/${pick(random, ['chat/completions', 'responses', 'completions', 'audio/transcriptions', 'x'])}`,
        },
      })
    },
    bodies(random) {
      const answer = bend(random, pick(random, ANSWERS), pick(random, [0.02, 0.1, 0.5]))
      const request = bend(random, REQUEST, pick(random, [0, 0.1]))
      const close = bend(random, CLOSE, pick(random, [0, 0.05]))
      const isHead = typeof close === 'object' && close !== null && Array.isArray(close.attempts)
      const redact = pick(random, SOME_RULES)
      const captureContent = random() < 0.7
      decode(
        {
          request: spoil(random, bytesOf(request)),
          answer: spoil(random, bytesOf(answer)),
          close: isHead ? close : CLOSE,
          options: { redact, captureContent },
        },
        isHead && close === CLOSE,
      )
    },
    options(random) {
      const values = [
        'true',
        'x',
        '1',
        '-1',
        '1e9',
        '{"a":1}',
        '{',
        'file,otlp',
        'https://u:p4ssw0rdX9@h/x',
        'email,/a+/i',
        '/(/',
        'sk-live1234567890abcdef',
        'a=b,c',
        'trace',
        '\u001b[2J',
        'é',
        '[]',
      ]
      const names = [
        'API_KEY',
        'TRACE_ID',
        'TAGS',
        'ENDPOINT',
        'EXPORTER',
        'PROTOCOL',
        'DIR',
        'USER_ID',
        'METADATA',
        'CAPTURE',
        'CAPTURE_CONTENT',
        'REDACT',
        'SECRET_NAMES',
        'MAX_BODY_BYTES',
        'SAMPLE_RATE',
        'EXIT_TIMEOUT_MS',
        'LOG_LEVEL',
        'DEBUG',
        'UNSAMPLED',
      ]
      const env = Object.fromEntries(
        names
          .filter(() => random() < 0.4)
          .map((name) => [
            `NEATLOGS_${name}`,
            spoil(random, Buffer.from(pick(random, values) + pick(random, ['', '', pick(random, values)]))).toString(),
          ]),
      )
      const { options, warnings } = parseOptions(env)
      chooseExporters(options, env)
      must(
        Number.isInteger(options.maxBodyBytes) && options.sampleRate >= 0 && options.sampleRate <= 1,
        'a number out of its bounds',
      )
      const isSlip = warnings.some((warning) => warning.startsWith('NEATLOGS_REDACT'))
      must(!isSlip || !options.captureContent, 'a slip in the rules opens the content')
      const said = warnings.map(printable).join('\n')
      must(
        !/p4ssw0rdX9|1234567890abcdef/.test(said) && !CONTROL.test(said.replaceAll('\n', '')),
        `a secret is said: ${said}`,
      )
    },
    rules(random) {
      const parts = [
        'a',
        'b',
        '.',
        '[ab]',
        '[^a]',
        '\\w',
        '\\d',
        '\\b',
        '^',
        '$',
        '(',
        ')',
        '|',
        '*',
        '+',
        '?',
        '{2,3}',
        '(?:',
        '\\',
        '[',
        ']',
        '{',
        '}',
        ',',
        '/',
        '😀',
        '(?=',
        '\\1',
        'request',
        '.body',
        '[*]',
        'email',
        '["x"]',
      ]
      const rule = Array.from({ length: 1 + below(random, 8) }, () => pick(random, parts)).join('')
      const rules = splitRules(random() < 0.6 ? `/${rule}/${pick(random, ['', 'i', 'gm', 's', 'u'])}` : rule)
      if (badRules(rules).length > 0) return
      const { find } = compileRedactor(rules)
      const text = Array.from({ length: below(random, 30) }, () =>
        pick(random, ['a', 'b', '1', ' ', '\n', '😀', '@', '\ud800']),
      ).join('')
      for (const [start, end] of find?.(text) ?? [])
        must(start >= 0 && start < end && end <= text.length, 'a range out of its text')
      decode({ options: { redact: rules }, answer: bytesOf({ choices: [{ message: { content: text } }] }) })
    },
    lanes(random) {
      const text = spoil(random, bytesOf(bend(random, LANE, pick(random, [0, 0.05, 0.3])))).toString()
      const info = parseLine(Buffer.from(text))
      if (info === null || info.v !== 1 || typeof info.traceId !== 'string') return
      const rules = rulesOf(info)
      must(Array.isArray(rules.redact) && typeof rules.captureContent === 'boolean', 'rules that are none')
      decode(
        {
          lane: info,
          answer: bytesOf(ANSWERS[0]),
          options: { redact: rules.redact, captureContent: rules.captureContent },
        },
        false,
      )
    },
    secrets(random) {
      const secret = 'S3cretValue77'
      const name = pick(random, ['api_key', 'password', 'Authorization', 'client-secret', 'x.apiKey'])
      const json = JSON.stringify(bend(random, { a: anyJson(random), [name]: secret, b: anyJson(random) }, 0))
      const text = random() < 0.5 ? json : JSON.stringify({ quoted: json })
      must(!maskFields(text).text.includes(secret), `a secret stays in ${text}`)
      scrubText(spoil(random, Buffer.from(text)).toString(), true)
    },
    copies(random) {
      const taken = `${pick(random, ['Canary', 'Ünter', '病人', 'a'])}4711${pick(random, [' geheim ', '"Zürich"', '<b>&', '\n', '%', '\\'])}Garten${below(random, 1000)}xyzzy`
      const spelled = spellingOf(random, taken)
      const around = () =>
        spoil(random, Buffer.from(pick(random, ['', ' ', 'bad: "', '<p>', '{"a":"', '\\', '%', '&'])))
      const message = `${around()} ${spelled} ${around()}`
      const record = decode({
        request: bytesOf({ messages: [{ role: 'user', content: taken }] }),
        answer: bytesOf(
          pick(random, [{ error: { message, code: message } }, message, { detail: [{ input: message }] }]),
        ),
        close: { ...CLOSE, status: 'error', httpStatus: 400, error: { type: 'E', message, code: message } },
        options: { redact: ONE_PATH },
      })
      const said = JSON.stringify([record.error, record.response.body])
      must(!/xyzzy|eHl6enk|x%79|h5eno|4eXp6/i.test(said), `a copy stays in ${said}`)
    },
    facts(random) {
      const facts = bend(
        random,
        { tags: LANE.tags, userId: LANE.userId, metadata: { ...LANE.metadata, password: 'S3cretValue77' } },
        0,
      )
      const safe = protectLane({ ...LANE, ...facts }, pick(random, [[], ['email'], ['metadata.team'], ['/a/']]))
      must(!JSON.stringify(safe).includes('S3cretValue77'), 'a secret in the facts')
    },
  }
}

/** One of the ways in which a server may quote a text. */
function spellingOf(random, text) {
  const json = JSON.stringify(text).slice(1, -1)
  const ways = [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    encodeURIComponent(text),
    encodeURIComponent(encodeURIComponent(text)),
    encodeURIComponent(text).toLowerCase(),
    new URLSearchParams({ q: text }).toString().slice(2),
    text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;').replace(/ü/g, '&uuml;'),
    text.toUpperCase(),
    text.normalize('NFD'),
    Buffer.from(text).toString('base64'),
    Buffer.from(`{"q":"${text}"}`).toString('base64url'),
    text.slice(below(random, 4)),
  ]
  return pick(random, ways)
}

/** Runs one program over `count` inputs. Gives what it found: the number of the input tells how to make it again. */
export function fuzz(target, count, randomOfInput) {
  const found = []
  const { stackTraceLimit } = Error
  // Much of what is read is no JSON: a quarter of the time went into stacks that nobody reads. What is found is run again, for its own.
  Error.stackTraceLimit = 0
  for (let input = 0; input < count && found.length < 20; input++) {
    if (errorOf(target, randomOfInput(input)) === null) continue
    Error.stackTraceLimit = stackTraceLimit
    found.push({ input, error: errorOf(target, randomOfInput(input)) ?? 'an error that does not come again' })
    Error.stackTraceLimit = 0
  }
  Error.stackTraceLimit = stackTraceLimit
  return found
}

function errorOf(target, random) {
  try {
    target(random)
    return null
  } catch (error) {
    return String(error?.stack ?? error)
      .split('\n')
      .slice(0, 6)
      .join('\n')
  }
}

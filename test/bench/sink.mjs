// Where every tool under test delivers to, on 127.0.0.1: answers as the tool's own server would, then looks for the marks of
// each call (programs/canned.mjs) in what came. Out: how many calls arrived whole, with question and answer from end to end.
import { createServer } from 'node:http'
import zlib from 'node:zlib'

const MARK = /([QA])(begin|end)(\d{7})/g
const WHOLE = 0b1111
const BITS = { Qbegin: 1, Qend: 2, Abegin: 4, Aend: 8 }

/** Starts a sink. `setDown(true)` makes it answer 503 to everything; `reset()` forgets what came. */
export async function startSink() {
  const state = { seen: new Map(), down: false, requests: 0, refused: 0, bytes: 0, problems: new Set(), busy: 0 }
  const server = createServer((request, response) => {
    const pieces = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => take(state, request, response, Buffer.concat(pieces)))
  })
  server.keepAliveTimeout = 60_000
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    setDown: (down) => {
      state.down = down
    },
    reset: () => {
      state.seen.clear()
      Object.assign(state, { requests: 0, refused: 0, bytes: 0 })
      state.problems.clear()
    },
    /** `{ whole, partial, requests, refused, bytes, problems }` of what came since the last reset. */
    counts: async () => {
      while (state.busy > 0) await new Promise((resolve) => setImmediate(resolve))
      const values = [...state.seen.values()]
      const whole = values.filter((bits) => bits === WHOLE).length
      const { requests, refused, bytes } = state
      return { whole, partial: values.length - whole, requests, refused, bytes, problems: [...state.problems] }
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function take(state, request, response, body) {
  state.requests++
  if (state.down) {
    state.refused++
    response.writeHead(503).end()
    return
  }
  answer(request, response)
  state.busy++
  state.bytes += body.length
  // The sender has its answer first, so that looking costs it no time.
  setImmediate(() => {
    try {
      look(state, unzip(body, request.headers['content-encoding']))
    } catch (error) {
      state.problems.add(`${request.url}: ${error.message}`)
    }
    state.busy--
  })
}

function unzip(body, encoding) {
  if (encoding === 'gzip') return zlib.gunzipSync(body)
  if (encoding === 'deflate') return zlib.inflateSync(body)
  if (encoding === 'br') return zlib.brotliDecompressSync(body)
  if (encoding === 'zstd') return zlib.zstdDecompressSync(body)
  return body
}

/** The texts are plain in protobuf, JSON, multipart and envelopes alike. */
function look(state, body) {
  for (const [, side, end, id] of body.toString('latin1').matchAll(MARK)) {
    state.seen.set(id, (state.seen.get(id) ?? 0) | BITS[side + end])
  }
}

/** What each tool's server says, as far as the tool looks at it. */
function answer(request, response) {
  const [path] = request.url.split('?')
  if (path.endsWith('/v1/traces') || path.endsWith('/v1/logs') || path.endsWith('/v1/metrics')) {
    const isJson = (request.headers['content-type'] ?? '').includes('json')
    response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' })
    response.end(isJson ? '{}' : '')
    return
  }
  response.writeHead(path.includes('/runs') ? 202 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(jsonFor(path, `http://${request.headers.host}`)))
}

function jsonFor(path, own) {
  if (path.endsWith('/info')) {
    const batch_ingest_config = { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520 }
    return { version: '0.12.0', instance_flags: { gzip_body_enabled: false }, batch_ingest_config } // LangSmith
  }
  if (path.endsWith('/api/apikey/login')) {
    return { org_info: [{ id: 'org', name: 'bench', api_url: own, proxy_url: own, git_metadata: { collect: 'none' } }] }
  }
  if (path.endsWith('/api/project/register')) return { project: { id: 'project', name: 'bench' }, org: { id: 'org' } }
  return {}
}

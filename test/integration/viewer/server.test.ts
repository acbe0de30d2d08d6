import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { get, request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startViewer, type Viewer } from '../../../src/viewer/server.ts'
import { buildPage } from './browser.ts'
import { makeRecords, writeRecords } from './records.ts'

const records = makeRecords({ count: 300, endMs: Date.now() - 1000, spanMs: 3600_000 })
const dir = mkdtempSync(join(tmpdir(), 'neatlogs-server-'))
let viewer: Viewer
let url: URL

beforeAll(async () => {
  writeRecords(dir, records, 2)
  viewer = await startViewer({ dir, port: 0, pageDir: await buildPage() })
  url = new URL(viewer.url)
})
afterAll(async () => {
  await viewer.close()
  rmSync(dir, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  readonly body: string
}

function ask(path: string, headers: { [name: string]: string } = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: url.port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const key = () => ({ authorization: `Bearer ${url.searchParams.get('token')}` })
const json = async (path: string) => JSON.parse((await ask(path, key())).body)

describe('the guard', () => {
  test('gives nothing without the token', async () => {
    for (const path of ['/api/calls', '/api/events', `/api/call?id=${records[0]?.id}`, '/api/key', '/api/nothing']) {
      const answer = await ask(path)
      expect([path, answer.status]).toEqual([path, 401])
      expect(answer.body).toBe('Open the address that `neatlogs view` printed: it carries the key to this page.\n')
    }
  })

  test('refuses a foreign Host, Origin and method, even with the token', async () => {
    expect((await ask('/api/calls', { ...key(), host: 'evil.example' })).status).toBe(421)
    expect((await ask('/api/calls', { ...key(), host: `evil.example:${url.port}` })).status).toBe(421)
    expect((await ask('/api/calls', { ...key(), origin: 'http://evil.example' })).status).toBe(403)
    expect((await ask('/api/calls', { ...key(), 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask('/api/calls', key(), 'POST')).status).toBe(405)
  })

  test('sets no cookie: other servers of this machine would be sent it', async () => {
    for (const path of ['/', url.pathname + url.search, '/api/calls', '/api/key'])
      expect([path, (await ask(path, key())).headers['set-cookie']]).toEqual([path, undefined])
    expect((await ask('/api/calls', { cookie: `neatlogs_${url.port}=${url.searchParams.get('token')}` })).status).toBe(
      401,
    )
  })

  test('answers under a forwarded port, and under port 80, which no browser names', async () => {
    for (const host of ['localhost:9000', '127.0.0.1:80', '127.0.0.1', 'localhost'])
      expect([host, (await ask('/api/calls', { ...key(), host, origin: `http://${host}` })).status]).toEqual([
        host,
        200,
      ])
  })

  test('protects every answer by headers, refusals too', async () => {
    for (const answer of [
      await ask('/'),
      await ask('/', key()),
      await ask('/api/calls', key()),
      await ask('/no', key()),
    ]) {
      const policy = String(answer.headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('unsafe')
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      })
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('listens on this machine only', async () => {
    const outside = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: Number(url.port) })
      socket.on('connect', () => resolve('connected'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    expect(outside).toBe('ECONNREFUSED')
  })

  test('answers what is not there or makes no sense', async () => {
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/package.json',
      '/nothing',
      '/api/nothing',
      '/api/call?id=none',
      '/api/trace?id=none',
    ])
      expect([path, (await ask(path, key())).status]).toEqual([path, 404])
    expect((await ask('/api/calls?offset=-1&limit=x&since=%00&from=1e9', key())).status).toBe(200)
    expect((await ask('//', key())).status).toBeGreaterThanOrEqual(400)
  })
})

describe('the answers', () => {
  const newest = [...records].reverse()

  test('a window of the list', async () => {
    const { total, rows, offset } = await json('/api/calls?offset=100&limit=20')
    expect([total, offset]).toEqual([300, 100])
    expect(rows.map((row: { id: string }) => row.id)).toEqual(newest.slice(100, 120).map((record) => record.id))
    expect((await json('/api/calls?offset=0&limit=999999')).rows).toHaveLength(300)
    expect(await json(`/api/calls?anchor=${newest[42]?.id}`)).toMatchObject({ anchor_offset: 42 })
  })

  test('a call: the record as written, its neighbours in the trace', async () => {
    const record = records.find(({ name }) => name === 'order-agent')
    const trace = records.filter(({ trace_id: id }) => id === record?.trace_id)
    const { record: given, ...rest } = await json(`/api/call?id=${record?.id}`)
    expect(given).toMatchObject(JSON.parse(JSON.stringify(record)))
    expect(rest).toMatchObject({ previous: null, next: trace[1]?.id, trace_position: 1, trace_size: trace.length })
  })

  test('what the filters can choose from', async () => {
    const facets = await json('/api/facets')
    const count = (values: readonly string[], value: string) => values.filter((other) => other === value).length
    for (const { value, count: given } of facets.models)
      expect(given).toBe(
        count(
          records.map((record) => record.request.model ?? ''),
          value,
        ),
      )
    for (const { value, count: given } of facets.tags)
      expect(given).toBe(
        count(
          records.flatMap((record) => record.tags),
          value,
        ),
      )
    expect(facets.statuses.reduce((sum: number, facet: { count: number }) => sum + facet.count, 0)).toBe(300)
  })

  test('the event stream begins with the state', async () => {
    const text = await new Promise<string>((resolve) => {
      const sent = get({ host: '127.0.0.1', port: url.port, path: '/api/events', headers: key() }, (response) => {
        response.once('data', (chunk) => {
          resolve(String(chunk))
          sent.destroy()
        })
      })
    })
    expect(text).toMatch(/event: change\ndata: \{"version":\d+,"calls":300,"in_flight":0,/)
  })
})

describe('startViewer', () => {
  test('says that the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    await expect(startViewer({ dir, port, pageDir: await buildPage() })).rejects.toMatchObject({
      code: 'ERR_NEATLOGS_ARGUMENT',
      message: `port ${port} is in use; choose another one with --port, or --port 0 for any free one`,
    })
    taken.close()
  })

  test('needs no folder, and ends with open pages', async () => {
    const empty = await startViewer({ dir: join(dir, 'not', 'there'), port: 0, pageDir: await buildPage() })
    const address = new URL(empty.url)
    const ended = new Promise((resolve) => {
      get(`${address.origin}/api/events?token=${address.searchParams.get('token')}`, (response) => {
        response.on('data', () => void empty.close())
        response.on('close', () => resolve('ended'))
      })
    })
    expect(await ended).toBe('ended')
  })

  test('the built package finds its page and leaves the process free to end', async () => {
    const built = fileURLToPath(new URL('../../../dist/viewer/server.js', import.meta.url))
    if (!existsSync(built)) throw new Error('dist/viewer/server.js is missing: `npm run build`')
    const program = `
      const { startViewer } = await import(${JSON.stringify(built)})
      const viewer = await startViewer({ dir: ${JSON.stringify(dir)}, port: 0 })
      const page = await fetch(viewer.url)
      console.log(page.status, /<script type="module"[^>]* src="\\/assets\\//.test(await page.text()))
      await viewer.close()`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout).toBe('200 true\n')
  })
})

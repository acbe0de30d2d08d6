import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { refuse } from '../../../src/viewer/guard.ts'

const guard = { key: 'right-token-0123456789', hosts: ['viewer.internal'] }
const KEY = { authorization: `Bearer ${guard.key}` }

function ask(headers: { [name: string]: string }, path = '/api/calls', method = 'GET') {
  const request = { method, headers: { host: '127.0.0.1:4949', ...headers } } as unknown as IncomingMessage
  return refuse(guard, request, new URL(path, 'http://127.0.0.1'))?.status ?? null
}

describe('refuse', () => {
  test.each([
    ['the key', KEY, '/api/calls', null],
    ['the key in the address', {}, `/api/calls?token=${guard.key}`, null],
    ['the page itself, which is the package’s', {}, '/', null],
    ['localhost', { host: 'localhost:4949', ...KEY }, '/api/calls', null],
    ['a forwarded port', { host: 'localhost:9000', origin: 'http://localhost:9000', ...KEY }, '/api/calls', null],
    ['port 80, which no browser names', { host: '127.0.0.1', origin: 'http://127.0.0.1', ...KEY }, '/api/calls', null],
    ['a name of --host', { host: 'Viewer.internal:4949', ...KEY }, '/api/calls', null],
    [
      'a name of --host behind TLS',
      { host: 'viewer.internal', origin: 'https://viewer.internal', ...KEY },
      '/api/calls',
      null,
    ],
    ['a name of --host without the key', { host: 'viewer.internal:4949' }, '/api/calls', 401],
    ['a name that ends like one of --host', { host: 'evil.viewer.internal:4949', ...KEY }, '/', 421],
    ['our own origin', { origin: 'http://127.0.0.1:4949', 'sec-fetch-site': 'same-origin', ...KEY }, '/', null],
    ['an address typed by hand', { 'sec-fetch-site': 'none', ...KEY }, '/', null],
    [
      'a link from elsewhere',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', ...KEY },
      '/',
      null,
    ],
    ['no token', {}, '/api/calls', 401],
    ['a wrong token', {}, '/api/calls?token=wrong', 401],
    ['a wrong token of the same length', {}, `/api/calls?token=${'x'.repeat(guard.key.length)}`, 401],
    ['an empty token', {}, '/api/calls?token=', 401],
    ['a cookie', { cookie: `neatlogs_4949=${guard.key}` }, '/api/calls', 401],
    ['another scheme', { authorization: `Basic ${guard.key}` }, '/api/calls', 401],
    ['another host name', { host: 'evil.example:4949', ...KEY }, '/', 421],
    ['no host', { host: '' }, '/', 421],
    ['a host that hides in a port', { host: '127.0.0.1:80.evil.example', ...KEY }, '/', 421],
    ['another origin', { origin: 'http://127.0.0.1:3000', ...KEY }, '/', 403],
    ['an opaque origin', { origin: 'null', ...KEY }, '/', 403],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', ...KEY }, '/', 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', ...KEY }, '/', 403],
    [
      'a frame elsewhere',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe', ...KEY },
      '/',
      403,
    ],
  ])('%s', (_name, headers, path, expected) => {
    expect(ask(headers as { [name: string]: string }, path)).toBe(expected)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', (method) => {
    expect(ask(KEY, '/api/calls', method)).toBe(405)
  })
})

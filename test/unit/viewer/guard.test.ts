import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { refuse, tokenCookie } from '../../../src/viewer/guard.ts'

const guard = { port: 4949, token: 'right-token-0123456789' }
const COOKIE = tokenCookie(guard).split(';')[0] ?? ''

function ask(headers: { [name: string]: string }, path = '/api/calls', method = 'GET') {
  const request = { method, headers: { host: '127.0.0.1:4949', ...headers } } as unknown as IncomingMessage
  return refuse(guard, request, new URL(path, 'http://127.0.0.1'))?.status ?? null
}

describe('refuse', () => {
  test.each([
    ['the cookie', { cookie: COOKIE }, '/api/calls', null],
    ['the cookie among others', { cookie: `a=1; ${COOKIE}; b=2` }, '/', null],
    ['the token in the address', {}, `/?token=${guard.token}`, null],
    ['localhost', { host: 'localhost:4949', cookie: COOKIE }, '/', null],
    ['our own origin', { origin: 'http://127.0.0.1:4949', 'sec-fetch-site': 'same-origin', cookie: COOKIE }, '/', null],
    ['an address typed by hand', { 'sec-fetch-site': 'none', cookie: COOKIE }, '/', null],
    [
      'a link from elsewhere',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', cookie: COOKIE },
      '/',
      null,
    ],
    ['no token', {}, '/', 401],
    ['a wrong token', {}, '/?token=wrong', 401],
    ['a wrong token of the same length', {}, `/?token=${'x'.repeat(guard.token.length)}`, 401],
    ['an empty token', {}, '/?token=', 401],
    ['the cookie of another port', { cookie: `neatlogs_4950=${guard.token}` }, '/', 401],
    ['another host name', { host: 'evil.example:4949', cookie: COOKIE }, '/', 421],
    ['another port', { host: '127.0.0.1:80', cookie: COOKIE }, '/', 421],
    ['no port', { host: '127.0.0.1', cookie: COOKIE }, '/', 421],
    ['another origin', { origin: 'http://127.0.0.1:3000', cookie: COOKIE }, '/', 403],
    ['an opaque origin', { origin: 'null', cookie: COOKIE }, '/', 403],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', cookie: COOKIE }, '/', 403],
    [
      'another port of this machine',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', cookie: COOKIE },
      '/',
      403,
    ],
    [
      'a frame elsewhere',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe', cookie: COOKIE },
      '/',
      403,
    ],
  ])('%s', (_name, headers, path, expected) => {
    expect(ask(headers as { [name: string]: string }, path)).toBe(expected)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', (method) => {
    expect(ask({ cookie: COOKIE }, '/api/calls', method)).toBe(405)
  })
})

test('the cookie is strict and out of scripts’ reach', () => {
  expect(tokenCookie(guard)).toBe(`neatlogs_4949=${guard.token}; Path=/; HttpOnly; SameSite=Strict`)
})

import { describe, expect, test } from 'vitest'
import { chooseProxy, credentialsOf, proxyHeaders } from '../../../src/destinations/proxy.ts'

const choose = (url: string, env: { readonly [name: string]: string }): string | null =>
  chooseProxy(new URL(url), env).proxy?.href ?? null

const BOTH = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' }

describe('which proxy', () => {
  test.each<[string, { [name: string]: string }, string | null]>([
    ['https://a.test', {}, null],
    ['https://a.test', BOTH, 'http://secure:1/'],
    ['http://a.test', BOTH, 'http://plain:2/'],
    ['http://a.test', { HTTPS_PROXY: 'http://secure:1' }, null],
    ['https://a.test', { ALL_PROXY: 'http://all:3' }, 'http://all:3/'],
    ['https://a.test', { ALL_PROXY: 'http://all:3', https_proxy: 'http://own:4' }, 'http://own:4/'],
    ['https://a.test', { https_proxy: 'http://lower:5', HTTPS_PROXY: 'http://upper:6' }, 'http://lower:5/'],
    ['https://a.test', { https_proxy: ' ', HTTPS_PROXY: 'http://upper:6' }, 'http://upper:6/'],
    ['https://a.test', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
    ['https://a.test', { HTTPS_PROXY: 'https://proxy' }, 'https://proxy/'],
  ])('%s with %j: %s', (url, env, proxy) => expect(choose(url, env)).toBe(proxy))

  test.each(['http://localhost:4318', 'http://127.0.0.1', 'http://127.1.2.3', 'http://[::1]:1', 'http://x.localhost'])(
    'never for this machine: %s',
    (url) => expect(choose(url, { HTTP_PROXY: 'http://p:1' })).toBeNull(),
  )

  test.each<[string, string, boolean]>([
    ['https://a.test', 'a.test', true],
    ['https://x.a.test', 'a.test', true],
    ['https://x.a.test', '.a.test', true],
    ['https://x.a.test', '*.a.test', true],
    ['https://ba.test', 'a.test', false],
    ['https://a.test', 'b.test, a.test', true],
    ['https://a.test', 'b.test a.test', true],
    ['https://A.Test', 'a.TEST', true],
    ['https://a.test', '*', true],
    ['https://a.test', 'a.test:443', true],
    ['https://a.test:8443', 'a.test:443', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.0.0.0/99', false],
    ['https://10.1.2.3', '2.3', false],
    ['https://[fd00::1]', 'fd00::/8', true],
    ['https://[fd00::1]', 'fd00::1', true],
    ['https://a.test', '', false],
  ])('%s, NO_PROXY=%s: direct %s', (url, list, isDirect) => {
    expect(choose(url, { ...BOTH, NO_PROXY: list }) === null).toBe(isDirect)
    expect(choose(url, { ...BOTH, no_proxy: list }) === null).toBe(isDirect)
  })

  test.each(['socks5://p:1', 'http://', ':::'])('%s is warned about, without its password', (proxy) => {
    const choice = chooseProxy(new URL('https://a.test'), { HTTPS_PROXY: proxy.replace('//', '//u:secret@') })
    expect(choice.proxy).toBeNull()
    expect(choice.warning).toContain('HTTPS_PROXY')
    expect(choice.warning).not.toContain('secret')
  })
})

test('credentials: decoded, as written when they cannot be, none when there are none', () => {
  expect(credentialsOf(new URL('http://us%40er:p%3Aw@h'))).toBe('us@er:p:w')
  expect(credentialsOf(new URL('http://user:100%@h'))).toBe('user:100%')
  expect(proxyHeaders(new URL('http://h'))).toEqual({})
  expect(proxyHeaders(new URL('http://u:p@h'))).toEqual({ 'Proxy-Authorization': 'Basic dTpw' })
})

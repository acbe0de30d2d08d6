// Wrapped methods do not show; what fails beside a call is told once and, in the end, switched off.
import { expect, test, vi } from 'vitest'
import { disguise, hide, wrapOwn } from '../../src/wrap.ts'

test('a method in front has name, length, kind and place of the one behind', () => {
  class Base {
    async read(_a: unknown, _b: unknown): Promise<string> {
      return 'base'
    }
  }
  const target = new Base()
  const { method } = {
    method(): unknown {
      return 'ours'
    },
  }
  hide(target, 'read', method)
  expect(Object.getOwnPropertyDescriptor(target, 'read')).toEqual({
    value: method,
    writable: true,
    configurable: true,
    enumerable: false,
  })
  expect([target.read.name, target.read.length]).toEqual(['read', 2])
  expect(Object.getPrototypeOf(target.read)).toBe(Object.getPrototypeOf(Base.prototype.read))
  hide(target, 'fresh', () => 1)
  expect(Object.keys(target)).toEqual([])
})

test('a plain method stays plain', () => {
  const method = disguise(
    () => 1,
    function named(_a) {
      return 2
    },
  )
  expect([method.name, method.length, Object.getPrototypeOf(method)]).toEqual(['named', 1, Function.prototype])
})

test('what was wrapped goes back as it was, unless somebody wrapped on top', () => {
  const place = { call: () => 'original' }
  const before = Object.getOwnPropertyDescriptor(place, 'call')
  const wrapped = wrapOwn(place, 'call', (original) => () => `wrapped ${original.call(place)}`)
  expect(place.call()).toBe('wrapped original')
  expect(Object.getOwnPropertyDescriptor(place, 'call')).toMatchObject({
    enumerable: true,
    writable: true,
    configurable: true,
  })
  expect(wrapped.isOnTop()).toBe(true)
  const ours = place.call
  place.call = () => 'theirs'
  expect(wrapped.isOnTop()).toBe(false)
  place.call = ours
  expect(wrapped.isOnTop()).toBe(true)
  wrapped.restore()
  expect(Object.getOwnPropertyDescriptor(place, 'call')).toEqual(before)
})

test('shimmer leaves no mark that a program could see', () => {
  class Client {
    send(): string {
      return 'sent'
    }
  }
  const keys = Reflect.ownKeys(Client.prototype.send)
  const wrapped = wrapOwn(Client.prototype, 'send', (original) => {
    const wrapper = { method: (...args: unknown[]) => original.apply(undefined, args) }
    return wrapper.method
  })
  expect(wrapped.isOnTop()).toBe(true)
  expect(Reflect.ownKeys(Client.prototype.send)).toEqual(keys)
  wrapped.restore()
  expect(new Client().send()).toBe('sent')
})

test('a method that could not be written to still cannot', () => {
  const place = {}
  const before = { value: () => 1, writable: false, configurable: true, enumerable: true }
  Object.defineProperty(place, 'call', before)
  const wrapped = wrapOwn(place, 'call', () => () => 2)
  expect(Object.getOwnPropertyDescriptor(place, 'call')).toMatchObject({ writable: false, enumerable: true })
  wrapped.restore()
  expect(Object.getOwnPropertyDescriptor(place, 'call')).toEqual(before)
})

test('a frozen class is refused, and nothing has changed', () => {
  const place = Object.freeze({ call: () => 1 })
  expect(() => wrapOwn(place, 'call', () => () => 2)).toThrow(TypeError)
  expect(place.call()).toBe(1)
})

test('a failure is told once per code; twenty switch observing off, which is told too', async () => {
  vi.resetModules()
  const { guarded, isSwitchedOff, noteFailure, onFailure } = await import('../../src/openai/guard.ts')
  const told: string[] = []
  onFailure((code) => {
    told.push(code)
    throw new Error('the listener fails too')
  })
  expect(guarded('work', () => 7)).toBe(7)
  const fail = (): never => {
    throw new Error('x')
  }
  expect(guarded('a', fail)).toBeUndefined()
  noteFailure('a', new Error('x'))
  noteFailure('b', new Error('x'))
  expect(told).toEqual(['a', 'b'])
  for (let count = 3; count < 19; count++) guarded('a', fail)
  expect(isSwitchedOff()).toBe(false)
  guarded('a', fail)
  expect(isSwitchedOff()).toBe(true)
  expect(told).toEqual(['a', 'b', 'switched_off'])
  guarded('a', fail)
  expect(told).toHaveLength(3)
})

test('nothing is begun once observing was switched off', async () => {
  vi.resetModules()
  const { noteFailure } = await import('../../src/openai/guard.ts')
  const { beginAs, attemptAs, listen } = await import('./openai/seam.ts')
  const heard = listen()
  const client = {}
  const call = beginAs(client)
  expect(call).not.toBeNull()
  for (let count = 0; count < 20; count++) noteFailure('x', null)
  expect(beginAs(client)).toBeNull()
  attemptAs(client, call?.options ?? {}, new Response('x'))
  heard.stop()
  expect(heard.frames).toEqual([])
})

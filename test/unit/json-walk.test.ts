// Walking values that come from outside: any nesting, any key, nothing changed but what is meant.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isArray, isObject, MAX_DEPTH, mapJson, parseJson, pointerOf, textOf, toJson } from '../../src/json-walk.ts'
import type { Json } from '../../src/record.ts'

const nested = (depth: number, inner = '1'): string => '['.repeat(depth) + inner + ']'.repeat(depth)

describe('parseJson', () => {
  test('values, or not', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] }, cut: [] })
    expect(parseJson('{"a":')).toEqual({ ok: false })
  })

  test('containers up to the limit stay, deeper ones are cut where they stand', () => {
    expect(parseJson(nested(MAX_DEPTH))).toMatchObject({ ok: true, cut: [] })
    const deep = parseJson(nested(MAX_DEPTH + 1))
    expect(deep).toMatchObject({ ok: true, cut: ['/0'.repeat(MAX_DEPTH)] })
    expect(JSON.stringify(deep)).toContain(`[cut: nested deeper than ${MAX_DEPTH}]`)
    const wide = parseJson(`{"x":[1,null,"a"],"a/b~c":${nested(MAX_DEPTH + 50)},"y":2}`)
    expect(wide).toMatchObject({
      ok: true,
      value: { x: [1, null, 'a'], y: 2 },
      cut: [`/a~1b~0c${'/0'.repeat(MAX_DEPTH - 1)}`],
    })
  })

  test('a hundred thousand levels do not overflow anything', () => {
    const { ok, cut } = parseJson(nested(100_000)) as { ok: true; cut: readonly string[] }
    expect([ok, cut.length]).toEqual([true, 1])
  })
})

test('kinds', () => {
  const values = [{}, [], null, 'a', '', 1, undefined]
  expect(values.map(isObject)).toEqual([true, false, false, false, false, false, false])
  expect(values.map(isArray)).toEqual([false, true, false, false, false, false, false])
  expect(values.map(textOf)).toEqual([null, null, null, 'a', null, null, null])
  expect(pointerOf('/a', 'b/c~d/e')).toBe('/a/b~1c~0d~1e')
  expect(pointerOf('', 0)).toBe('/0')
})

describe('mapJson', () => {
  test('nothing replaced: the very same objects', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(mapJson(value as Json, () => undefined)).toBe(value)
      }),
    )
  })

  test('what is replaced is replaced, beside it everything stays the same object', () => {
    const body = { keep: { a: [1] }, list: ['x', { y: 'x' }, ['x']], last: 'x' }
    const before = structuredClone(body)
    const mapped = mapJson(body, (value) => (value === 'x' ? 'X' : undefined)) as typeof body
    expect(mapped).toEqual({ keep: { a: [1] }, list: ['X', { y: 'X' }, ['X']], last: 'X' })
    expect(mapped.keep).toBe(body.keep)
    expect(body).toEqual(before)
  })

  test('every text is visited once, with the key that holds it', () => {
    const seen: unknown[] = []
    const body = { a: 'one', b: ['two', { c: 'three' }, ['four']] }
    mapJson(body, (value, { key, inArray, holder }) => {
      if (typeof value === 'string') seen.push([value, key, inArray, holder === body])
      return undefined
    })
    expect(seen).toEqual([
      ['one', 'a', false, true],
      ['two', 'b', true, false],
      ['three', 'c', false, false],
      ['four', 'b', true, false],
    ])
    const roots: unknown[] = []
    mapJson('root', (_, site) => void roots.push(site))
    expect(roots).toEqual([{ key: '', inArray: false, holder: null }])
  })

  test('an own __proto__ stays a field', () => {
    const body = JSON.parse('{"__proto__":"x","a":"x"}') as Json
    expect(JSON.stringify(mapJson(body, (value) => (value === 'x' ? 'X' : undefined)))).toBe(
      '{"__proto__":"X","a":"X"}',
    )
  })
})

describe('toJson', () => {
  test('what JSON can hold is what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJson(value)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  const cycle: { self?: unknown; a: number } = { a: 1 }
  cycle.self = cycle
  const shared = { a: 1 }
  test.each([
    [12n, '12'],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [undefined, null],
    [() => 1, null],
    [Symbol('x'), null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), null],
    [{ a: undefined, b: () => 1, c: null }, { c: null }],
    [
      [undefined, () => 1, 1n],
      [null, null, '1'],
    ],
    [cycle, { a: 1, self: null }],
    [
      [shared, shared],
      [{ a: 1 }, { a: 1 }],
    ],
  ])('value %# ', (value, expected) => {
    expect(toJson(value)).toEqual(expected)
  })

  test('what is nested too deep becomes null', () => {
    const levels = (depth: number): unknown => JSON.parse(nested(depth))
    expect(JSON.stringify(toJson(levels(MAX_DEPTH)))).toBe(nested(MAX_DEPTH))
    expect(JSON.stringify(toJson(levels(MAX_DEPTH + 1)))).toBe(nested(MAX_DEPTH, 'null'))
  })
})

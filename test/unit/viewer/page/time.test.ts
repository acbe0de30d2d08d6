import { describe, expect, test } from 'vitest'
import type { Row } from '../../../../src/viewer/api.ts'
import { entryOf } from '../../../../src/viewer/entry.ts'
import { spansOf } from '../../../../src/viewer/page/call/timing.ts'
import { timelineOf } from '../../../../src/viewer/page/trace/timeline.ts'

const BEGIN = 1_760_000_000_000
const ns = (ms: number) => `${BEGIN + ms}000000`

describe('spansOf', () => {
  const record = (more: object) => ({
    started_at: ns(0),
    duration_ms: 1000,
    attempts: [{ started_at: ns(5) }],
    ...more,
  })
  const spans = (value: object) => spansOf(value).map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])

  test('a stream', () => {
    expect(spans(record({ stream: true, time_to_first_token_ms: 400 }))).toEqual([
      ['queue', 0, 5],
      ['first', 5, 400],
      ['stream', 400, 1000],
    ])
  })
  test('a plain answer after failed attempts', () => {
    const attempts = [{ started_at: ns(5) }, { started_at: ns(300) }, { started_at: ns(700) }]
    expect(spans(record({ attempts }))).toEqual([
      ['queue', 0, 5],
      ['retry', 5, 700],
      ['answer', 700, 1000],
    ])
  })
  test('without attempts, without a duration, with clocks that disagree', () => {
    expect(spans(record({ attempts: [] }))).toEqual([['answer', 0, 1000]])
    expect(spans(record({ duration_ms: null }))).toEqual([])
    expect(spans(record({ attempts: [{ started_at: ns(-50) }, { started_at: ns(5000) }] }))).toEqual([
      ['retry', 0, 1000],
    ])
    expect(spansOf('nonsense')).toEqual([])
  })
})

function row(startMs: number, durationMs: number | null, more: Partial<Row> = {}): Row {
  const entry = entryOf({ id: String(startMs), started_at: ns(startMs), duration_ms: durationMs, status: 'ok' })
  if (!entry) throw new Error('no entry')
  return { ...entry, ...more }
}

describe('timelineOf', () => {
  test('places bars by share of the width', () => {
    const { bars, spanMs, busyMs } = timelineOf(
      [row(0, 400, { time_to_first_token_ms: 100 }), row(200, 300), row(600, 400)],
      BEGIN,
    )
    expect([spanMs, busyMs]).toEqual([1000, 900])
    expect(bars.map(({ left, width, first }) => [left, width, first])).toEqual([
      [0, 0.4, 0.25],
      [0.2, 0.3, null],
      [0.6, 0.4, null],
    ])
  })

  test('folds long pauses and says so', () => {
    const { bars, marks, spanMs } = timelineOf([row(0, 1000), row(3_600_000, 1000)], BEGIN)
    expect(spanMs).toBe(3_601_000)
    expect(bars[1]?.left).toBeCloseTo(1100 / 2100, 5)
    expect((bars[1]?.left ?? 0) + (bars[1]?.width ?? 0)).toBeCloseTo(1, 5)
    expect(marks).toContainEqual({ left: bars[1]?.left, afterMs: 3_600_000, pauseMs: 3_599_000, hasWords: true })
  })

  test('ticks are round, in order and apart', () => {
    const { marks } = timelineOf([row(0, 6000)], BEGIN)
    expect(marks.map((mark) => mark.afterMs)).toEqual([0, 1000, 2000, 3000, 4000, 5000])
    const crowded = timelineOf(
      Array.from({ length: 40 }, (_, i) => row(i * 100_000, 900)),
      BEGIN,
    )
    const lefts = crowded.marks.map((mark) => mark.left)
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b))
    const worded = crowded.marks.filter((mark) => mark.hasWords).map((mark) => mark.left)
    expect(worded.length).toBeGreaterThan(4)
    for (const [at, left] of worded.entries()) expect(left - (worded[at - 1] ?? -1)).toBeGreaterThan(0.089)
  })

  test('a call in flight reaches to now; one without duration is a hairline', () => {
    const live = timelineOf([row(0, null, { status: 'in_flight' })], BEGIN + 5000)
    expect(live.busyMs).toBe(5000)
    expect(timelineOf([row(0, null, { status: 'incomplete' })], BEGIN).busyMs).toBe(1)
    expect(timelineOf([], BEGIN).bars).toEqual([])
  })
})

// What the loader cannot see is recorded from the wire. A copy of openai under another name stands for a bundle (bundles by their real
// tools: test/programs); the programs and what is compared are those of transparency.test.ts.
import { describe, expect, test } from 'vitest'
import { expectSame } from './compare.ts'
import { hiddenOpenAI } from './place.ts'
import { expectRecorded } from './recorded.ts'
import { PATIENT, type RunResult, runTwice } from './run.ts'

const seenBy = (run: RunResult): string[] => [...new Set(run.records.map((record) => record.seen_by))]

/** `version@node`. */
const SPREAD = ['4.104.0@20', '4.104.0@24', '5.23.2@22', '6.49.0@20', '6.49.0@26', '7.59.0@24']

describe.each([
  { app: 'chat-scenarios.mjs', versions: ['4.104.0@22', '6.49.0@26'] },
  { app: 'errors.mjs', versions: SPREAD },
  { app: 'retries.mjs', versions: SPREAD },
  { app: 'stream-break-early.mjs', versions: ['4.104.0@20', '6.49.0@20', '7.59.0@24'] },
  { app: 'timeout.mjs', versions: ['6.49.0@24'] },
  { app: 'audio.mjs', versions: ['4.104.0@20', '6.49.0@24'] },
  { app: 'azure.mjs', versions: ['6.49.0@24'] },
  { app: 'stack.mjs', versions: ['6.49.0@20', '7.59.0@24'] },
  { app: 'big-answer.mjs', versions: ['6.49.0@24'] },
])('$app, its class unseen', ({ app, versions }) => {
  test.each(versions)('openai %s', async (version) => {
    const [openai = '', node] = version.split('@')
    const { bare, hooked } = await runTwice({ app, openai: hiddenOpenAI(openai), node: node ?? '20', env: PATIENT })
    expectSame(bare, hooked)
    expectRecorded(hooked, true)
    expect(seenBy(hooked)).toEqual(['wire'])
  })
})

test.each(['5.23.2@20', '6.49.0@22', '6.49.0@24', '7.59.0@26'])(
  'a copy that is seen and one that is not, asked the same at once: each call once, openai %s',
  async (version) => {
    const [openai = '', node] = version.split('@')
    const app = 'wire-both.mjs'
    const { bare, hooked } = await runTwice({ app, openai: hiddenOpenAI(openai), node: node ?? '20', env: PATIENT })
    const shown = (run: RunResult): RunResult => ({ ...run, stdout: run.stdout.replace(/^seen .*$/m, '') })
    expectSame(shown(bare), shown(hooked), { concurrent: true })
    expectRecorded(hooked)
    const seen = JSON.parse(/^seen (.*)$/m.exec(hooked.stdout)?.[1] ?? '') as { [by: string]: string[] }
    for (const by of ['patch', 'wire']) {
      const ids = hooked.records.filter((record) => record.seen_by === by).map((record) => record.request_id)
      expect(ids.length).toBeGreaterThan(30)
      expect(ids.filter((id) => !seen[by]?.includes(id ?? ''))).toEqual([])
    }
    const counts = hooked.records.map((record) => record.seen_by)
    expect(counts.filter((by) => by === 'wire')).toHaveLength(counts.length / 2)
  },
)

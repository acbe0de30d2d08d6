// What V8 takes for granted of promises, iterators and typed arrays makes each `await` and each loop of a program quick, until somebody breaks it, for
// the thread and for good. On Node 20 and 22 a program with a `fetch` of its own lost that of its promises: `AsyncLocalStorage` was on for its first calls.
import { expect, test } from 'vitest'
import { runTwice } from '../run.ts'

/** Node 24's buffers from C++ break it; of our threads the shipper's alone makes some, and V8 does not say in which it was. */
const SHIPPERS = /TypedArrayLengthLookupChain/
const linesOf = (text: string): string[] => [...new Set(text.split('\n'))].filter((line) => !SHIPPERS.test(line)).sort()

test.each(['6.49.0@20', '4.104.0@22', '5.23.2@22', '7.59.0@22', '6.49.0@24', '6.49.0@26'])(
  'V8 takes the same for granted, openai %s',
  async (version) => {
    const [openai = '', node = ''] = version.split('@')
    const nodeArgs = ['--trace-protector-invalidation']
    const { bare, hooked } = await runTwice({ app: 'protectors.mjs', openai, node, nodeArgs })
    expect(bare.stdout).toContain('done')
    expect(linesOf(hooked.stdout)).toEqual(linesOf(bare.stdout))
    expect(hooked.records.length).toBe(bare.served.length - 2) // two were sent twice
  },
)

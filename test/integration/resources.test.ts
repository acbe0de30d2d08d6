// What the newest tested openai can do, and how it is recorded: a release with a new model call shows itself here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  newestTested,
  resourceMethods,
  resourceTable,
  socketClasses,
  TITLE,
  testedFolder,
} from '../../scripts/resources.mjs'
import { kindOf } from '../../src/decode/endpoints.ts'
import { OPENAI_TARGET } from '../../src/openai/targets.ts'
import { ROOT } from './run.ts'

const VERSION = newestTested()

/** Methods whose answer repeats tokens that other calls tell, or sums them up. */
const REPEATED = [
  /^batches\./, // of the calls in the batch
  /^beta\.agents\.sessions\.(retrieve|update|events\.stream)$/, // of the session's turns
  /^beta\.threads\.runs\.(cancel|update|steps\.retrieve)$/, // of the run
  /^chat\.completions\.(retrieve|update)$/, // of the stored completion
  /^realtime\./, // of responses over its socket
]

test('a method with usage in its answer is recorded, or tells the tokens of others', async () => {
  const methods = await resourceMethods(testedFolder(VERSION))
  const counting = methods.filter(({ hasUsage }) => hasUsage)
  expect(counting.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['chat.completions.create', 'responses.retrieve', 'embeddings.create', 'decisions.create']),
  )
  const leftOut = counting.filter(({ verb, path }) => !['call', 'read'].includes(kindOf(verb ?? '', `/v1${path}`)))
  expect(leftOut.filter(({ name }) => !REPEATED.some((known) => known.test(name)))).toEqual([])
})

test('docs/compatibility.md lists every method and socket class and how it is recorded', async () => {
  const folder = testedFolder(VERSION)
  const sockets = socketClasses(folder)
  expect(sockets.length).toBeGreaterThanOrEqual(6)
  const table = resourceTable(VERSION, await resourceMethods(folder), kindOf, sockets, OPENAI_TARGET.esm)
  const document = readFileSync(join(ROOT, 'docs', 'compatibility.md'), 'utf8')
  expect(document.slice(document.indexOf(TITLE))).toBe(table)
})

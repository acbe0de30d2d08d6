// A short run of the fuzz programs, over src; `npm run fuzz` is the long one. Each input has a number that makes it again.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { randomOf } from '../fuzz/random.mjs'
import { fuzz, openTargets } from '../fuzz/targets.mjs'

const INPUTS = 400
const SEED = 16

const SRC = new URL('../../src/', import.meta.url)

const targets = await openTargets((name) => import(/* @vite-ignore */ fileURLToPath(new URL(`${name}.ts`, SRC))))

test.each(Object.keys(targets))(`%s: ${INPUTS} inputs`, (name) => {
  const target = targets[name]
  if (target === undefined) throw new Error(name)
  expect(fuzz(target, INPUTS, (input) => randomOf(Math.imul(SEED, 0x9e3779b1) + input))).toEqual([])
})

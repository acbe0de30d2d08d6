// The long run: `npm run fuzz -- [--inputs 1000000] [--seed 1] [segments sse …]`, over the built package. Prints one line for each program; exit code 1
// when one has found something, with the numbers that make it again: `--seed S --only INPUT NAME`.
import { parseArgs } from 'node:util'
import { randomOf } from './random.mjs'
import { fuzz, openTargets } from './targets.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const targets = await openTargets((name) => import(new URL(`../../dist/${name}.js`, import.meta.url).href))
const names = positionals.length > 0 ? positionals : Object.keys(targets)
const seed = Number(values.seed)
const randomAt = (input) => randomOf(Math.imul(seed, 0x9e3779b1) + input)
console.log(`node ${process.version}, seed ${seed}`)
for (const name of names) {
  const began = performance.now()
  const [first, count] = values.only === undefined ? [0, Number(values.inputs)] : [Number(values.only), 1]
  const found = fuzz(targets[name], count, (input) => randomAt(first + input))
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(
    `${name.padEnd(10)} ${String(count).padStart(9)} inputs  ${String(seconds).padStart(5)} s  ${found.length} found`,
  )
  for (const { input, error } of found) console.log(`  input ${first + input}: ${error}`)
  if (found.length > 0) process.exitCode = 1
}

// The bench's command line as data. In: process.argv. Out: which parts run, how much of each, where the results go.
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** The Node of the whole document. */
export const USUAL_NODE = '24'
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Another Node than the usual one measures the rows of calls and streams, and keeps them beside the others. Without `--peers` and `--soak` the rows and endings of neatlogs itself run; each of the two runs its own part only. `--only REGEXP`
 * prints the rows and endings whose name matches and writes nothing; `--beside langfuse,traceloop` are the peers, all where it is absent; `--quick` runs little of everything; `--out FOLDER` takes the place of docs/ and results/.
 */
export function parseOptions(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      node: { type: 'string', default: USUAL_NODE },
      only: { type: 'string' },
      rounds: { type: 'string' },
      beside: { type: 'string' },
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      render: { type: 'boolean', default: false },
      seed: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const out = values.out === undefined ? null : isAbsolute(values.out) ? values.out : join(process.cwd(), values.out)
  const part = values.render ? 'none' : values.soak ? 'soak' : values.peers ? 'peers' : 'own'
  const isUsual = values.node === USUAL_NODE
  const shown = argv.filter((word, at) => word !== '--out' && argv[at - 1] !== '--out')
  return {
    major: values.node,
    isUsual,
    only: values.only === undefined ? null : new RegExp(values.only),
    rounds: values.rounds === undefined ? null : Number(values.rounds),
    quick: values.quick,
    beside: values.beside?.split(',') ?? null,
    part,
    file: isUsual ? `${part}.json` : `${part}-node${values.node}.json`,
    minutes: Number(positionals[0] ?? (values.quick ? 0.2 : 10)),
    seed: values.seed === undefined ? (Math.random() * 2 ** 31) | 0 : Number(values.seed),
    document: join(out ?? join(ROOT, 'docs'), 'benchmarks.md'),
    results: out ?? join(ROOT, 'test', 'bench', 'results'),
    command: ['npm run bench', ...(shown.length > 0 ? ['--', ...shown] : [])].join(' '),
  }
}

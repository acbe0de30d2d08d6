// Braintrust as its README says: its start-up hook (`--import braintrust/hook.mjs`, here by import, before openai), and a logger, which
// sends batches in the background.
import 'braintrust/hook.mjs'
import { flush, initLogger } from 'braintrust'
import { flushAtEnd } from './ending.mjs'

initLogger({ projectName: 'bench', apiKey: 'bench-key', appUrl: process.env.BENCH_SINK, orgName: 'bench' })
flushAtEnd(() => flush())

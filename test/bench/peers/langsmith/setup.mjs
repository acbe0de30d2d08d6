// LangSmith as its README says: `wrapOpenAI` around each client, tracing on, batches in the background (its default).
import { Client } from 'langsmith'
import { wrapOpenAI } from 'langsmith/wrappers/openai'
import { flushAtEnd } from './ending.mjs'

process.env.LANGSMITH_TRACING = 'true'
const client = new Client({ apiUrl: process.env.BENCH_SINK, apiKey: 'bench-key' })
globalThis.benchWrap = (openai) => wrapOpenAI(openai, { client })
flushAtEnd(() => client.awaitPendingTraceBatches())

// Langfuse as the README of @langfuse/openai says: its span processor (batches) on a NodeTracerProvider, and each client observed.
import { observeOpenAI } from '@langfuse/openai'
import { LangfuseSpanProcessor } from '@langfuse/otel'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { flushAtEnd } from './ending.mjs'

const processor = new LangfuseSpanProcessor({
  publicKey: 'pk-lf-bench',
  secretKey: 'sk-lf-bench',
  baseUrl: process.env.BENCH_SINK,
})
new NodeTracerProvider({ spanProcessors: [processor] }).register()
globalThis.benchWrap = (client) => observeOpenAI(client)
flushAtEnd(() => processor.forceFlush())

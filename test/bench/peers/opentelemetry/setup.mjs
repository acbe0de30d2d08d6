// OpenTelemetry for Node as its README says: NodeSDK with the openai instrumentation, batches of spans and of log records by OTLP
// protobuf. The content of messages is in the log records, so both go out. Metrics and resource detectors stay off: least overhead.
import { register } from 'node:module'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { flushAtEnd } from './ending.mjs'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
process.env.OTEL_METRICS_EXPORTER = 'none'
const url = process.env.BENCH_SINK
const processors = [
  new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) }),
  new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${url}/v1/logs` }) }),
]
const sdk = new NodeSDK({
  autoDetectResources: false,
  spanProcessors: processors.slice(0, 1),
  logRecordProcessors: processors.slice(1),
  instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })],
})
sdk.start()
flushAtEnd(() => Promise.all(processors.map((processor) => processor.forceFlush())))

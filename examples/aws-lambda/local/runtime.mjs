// What Lambda's runtime does, in short: takes events from the Runtime API one by one and posts what the handler returns.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env
const API = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`
const [file, name] = _HANDLER.split('.')
const { [name]: handler } = await import(pathToFileURL(resolve(LAMBDA_TASK_ROOT, `${file}.mjs`)).href)

for (;;) {
  const next = await fetch(`${API}/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  try {
    const result = await handler(await next.json())
    await fetch(`${API}/${id}/response`, { method: 'POST', body: JSON.stringify(result) })
  } catch (error) {
    const body = JSON.stringify({ errorType: error.name, errorMessage: error.message })
    await fetch(`${API}/${id}/error`, { method: 'POST', body })
  }
}

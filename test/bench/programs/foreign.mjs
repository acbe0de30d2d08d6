// FETCHES requests that are no call of openai's, one after the other, against a server in this process: prints CPU microseconds of the main
// thread per fetch, the least of several rounds.
import { createServer } from 'node:http'

const FETCHES = Number(process.env.FETCHES ?? 10_000)
const ROUNDS = 5
const server = createServer((_request, response) => response.end('{}'))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}/`
const headers = { 'content-type': 'application/json', authorization: 'Bearer x', 'x-one': '1', 'x-two': '2' }

async function round(count) {
  const before = process.cpuUsage()
  for (let at = 0; at < count; at++) await (await fetch(url, { method: 'POST', headers, body: '{}' })).text()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

await round(Math.min(1000, FETCHES))
let us = Number.POSITIVE_INFINITY
for (let at = 0; at < ROUNDS; at++) us = Math.min(us, await round(Math.ceil(FETCHES / ROUNDS)))
console.log(JSON.stringify({ us }))
server.closeAllConnections()
server.close()

// CALLS calls of SIZE bytes: prints the resident memory in MB after each quarter of them. `mb` is that after all.
import { callAll, newClient, pause } from './canned.mjs'

const calls = Number(process.env.CALLS ?? 20_000)
const points = []
const client = newClient()
const quarter = calls / 4
for (let at = 0; at < 4; at++) {
  await callAll(client, quarter, { first: at * quarter })
  await pause(50)
  points.push({ calls: (at + 1) * quarter, mb: process.memoryUsage.rss() / 1024 / 1024 })
}
console.log(JSON.stringify({ mb: points.at(-1).mb, points, calls }))

import { expect, test } from 'vitest'
import { watcherOf } from '../../../src/recorder/watched.ts'

test.each([
  ['/app/records', 'node --watch-path=. app.mjs', '--watch-path'],
  ['/app/src/records', 'node --watch-path lib --watch-path ./src app.mjs', '--watch-path'],
  ['/app/records', 'node /app/node_modules/.bin/nodemon app.js', 'nodemon'],
  ['/app/records', 'next dev', 'next dev'],
  ['/app/records', 'node /app/node_modules/next/dist/bin/next dev -p 0', 'next/dist/bin/next dev'],
  ['/app/records', 'node --watch-path=./src app.mjs', null],
  ['/app/node_modules/.cache/records', 'nodemon app.js', null],
  ['/var/records', 'nodemon app.js', null],
  ['/app/records', 'node --watch app.mjs', null], // what is imported, and no more
  ['/app/records', 'next start', null],
])('%s under `%s`: %s', (root, command, expected) => {
  expect(watcherOf(root, '/app', ['sh -c start', command])).toBe(expected)
})

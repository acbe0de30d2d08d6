// Commands of the documents that documents.test.ts does not run itself: they install, take minutes, or need another engine.

/** Command → the file that runs it, and a text in that file that does. */
export const ELSEWHERE: { readonly [command: string]: readonly [file: string, mark: string] } = {
  'npm install neatlogs': ['test/package/check.mjs', "run('npm', ['install',"],
  'npm ci': ['.ci/run', 'npm ci'],
  'npm cit': ['.ci/run', 'npm cit'],
  'npm ci && npm run demo': ['.ci/run', 'npm run demo'],
  'npm run demo': ['.ci/run', 'npm run demo'],
  'npm ci && npm run build && npm pack': ['test/package/check.mjs', "run('npm', ['pack',"],
  'npm run build': ['.ci/run', 'npm run build'],
  'npm run sbom': ['test/package/sbom.test.ts', "['run', '--silent', 'sbom']"],
  'npm run notices': ['test/package/notices.test.ts', 'await notices()'],
  'npx vitest run test/unit/options/options.test.ts': ['vitest.config.ts', "'test/unit/**/*.test.ts'"],
  'npm test': ['.ci/run', 'npm cit'], // ci, then test
  'npm run lint': ['.ci/run', 'npm run lint'],
  'npm run typecheck': ['.ci/run', 'npm run typecheck'],
  'npm run check:pack': ['.ci/run', 'npm run check:pack'],
  'npm run test:system': ['.ci/run', 'npm run test:system'],
  'npm run test:programs': ['.ci/run', 'npm run test:programs'],
  'npm run test:examples': ['.ci/run', 'npm run test:examples'],
  'npm run test:matrix': ['.ci/run', 'npm run test:matrix'],
  'npm run coverage': ['test/unit/coverage.test.ts', 'openCollector(out'], // its counting; the run takes minutes
  'node scripts/resources.mjs --write': ['test/integration/resources.test.ts', 'resources.mjs'],
  'npm run fuzz -- --seed 16': ['test/unit/fuzz.test.ts', 'await openTargets('],
  'npm run fuzz': ['test/unit/fuzz.test.ts', 'await openTargets('], // its programs, a few inputs of each
  'npm run mutation': ['test/mutation/run.mjs', '`npm run mutation ['],
  'npm run mutation -- --every 5 src/openai/call.ts': ['test/mutation/run.mjs', '--every'],
}

/** Commands that nobody can wait for in a test, and why that is bearable. */
export const BY_HAND: { readonly [command: string]: string } = {
  'node test/bench/load.mjs': 'minutes of two busy cores; docs/delivery.md shows what it printed',
  'npm run build && node test/bench/viewer.mjs 1000000':
    'three minutes of two busy cores; docs/benchmarks.md shows what it printed',
}

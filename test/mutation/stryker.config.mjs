// Mutants of what a record is made of and of the spool, run from the repository's folder. In: STRYKER's command line. Out: coverage/mutation.
export default {
  plugins: [new URL('node_modules/@stryker-mutator/vitest-runner/dist/src/index.js', import.meta.url).href],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  tempDirName: '.cache/mutation/sandbox',
  // TypeScript 7 has no programming interface that Stryker's tsconfig step knows.
  tsconfigFile: 'none',
  ignorePatterns: ['/.cache', '/fixtures/openai-*', '/fixtures/frameworks', '/coverage', '/dist'],
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: false },
  // A busy machine must not make a slow test look like a caught mutant.
  timeoutMS: 15_000,
  timeoutFactor: 3,
}

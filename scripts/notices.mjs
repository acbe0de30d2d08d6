// `npm run notices`: writes THIRD-PARTY-NOTICES.md, what of others the package contains (bundled into the page) and brings along, with its
// licence. `notices()` gives the text, for the test that compares. Only permissive licences are allowed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { runTimePackages } from './run-time-packages.mjs'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const PERMISSIVE = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'])

/** Says whether a licence asks for no more than to be named. */
export const isPermissive = (licence) => PERMISSIVE.has(licence)

/** Packages whose code `npm run build` puts into the page, by the bundler's own account. */
export async function bundledPackages() {
  const { output } = await build({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'silent',
    build: { write: false },
  })
  const files = output.flatMap((chunk) => chunk.moduleIds ?? [])
  const names = files.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [])
  return [...new Set(names)].sort().map((name) => {
    const folder = join(ROOT, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return { name, version, licence: license, text: licenceText(folder) }
  })
}

/** The page as it should be. Throws over a licence that is not permissive. */
export async function notices() {
  const [bundled, packages] = [await bundledPackages(), runTimePackages()]
  for (const { name, licence } of [...bundled, ...packages]) {
    if (!isPermissive(licence))
      throw new Error(`${name} has the licence ${licence}, which is not among the permissive ones`)
  }
  return `# Third-party notices

Written by \`npm run notices\`; a test fails when it is out of date. neatlogs itself is under the [MIT licence](LICENSE).

## Contained in this package

The page of \`neatlogs view\` (\`dist/viewer/page\`) contains code of these packages.

${bundled.map(({ name, version, licence, text }) => `### ${name} ${version} (${licence})\n\n\`\`\`text\n${text}\n\`\`\`\n`).join('\n')}
## Installed beside it

npm installs these from their own packages, each with its licence file. Nothing of them is changed or copied.

| package | version | licence |
| --- | --- | --- |
${packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}
`
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name))
  if (file === undefined) throw new Error(`${folder} has no licence file`)
  return readFileSync(join(folder, file), 'utf8').trim()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), await notices())
}

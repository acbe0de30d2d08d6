// Builds the page of `neatlogs view` into one static bundle. In: src/viewer/page. Out: dist/viewer/page.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: folder('./src/viewer/page'),
  base: '/',
  clearScreen: false,
  logLevel: 'warn',
  build: {
    outDir: folder('./dist/viewer/page'),
    emptyOutDir: true,
    target: 'es2022',
    // The server's content security policy refuses data: fonts and inline scripts; everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Only for `npm run coverage`, which counts lines of the sources.
    ...(process.env.NEATLOGS_PAGE_MAPS === '1' && { sourcemap: 'inline', minify: false }),
  },
})

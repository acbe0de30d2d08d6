// Installs tsx's require hook itself, as `node -r tsx/cjs` does, after every preload.
require('tsx/cjs')
require('./typed.ts')

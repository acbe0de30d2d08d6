// Makes this process believe that every folder lies on NFS: no machine of ours can mount one. Loaded by --require.
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const { statfsSync } = fs
fs.statfsSync = (path, options) => Object.assign(statfsSync(path, options), { type: 0x6969 })
syncBuiltinESMExports()

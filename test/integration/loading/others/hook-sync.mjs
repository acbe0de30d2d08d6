// Another tool: its own copy of import-in-the-middle as a global in-thread loader; older Nodes get the asynchronous
// one.
import { register } from 'node:module'
import { register as registerSync, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs'
import { countHook } from './count.mjs'

if (supportsSyncHooks()) registerSync()
else register('import-in-the-middle/hook.mjs', import.meta.url)
countHook()

// Node's own modules that files of ours import, loaded at the start: where load hooks have a thread of their own, Node's loader cannot require a file
// that imports what the program is just importing (nodejs/node#59666), and a first call may come at that moment. All of them are loaded anyway. Main thread.
import * as fs from 'node:fs'
import * as module from 'node:module'
import * as os from 'node:os'
import * as path from 'node:path'
import * as url from 'node:url'

/** Used: what is imported for its effects alone is left out of a bundle. */
export const LOADED = [fs, module, os, path, url]

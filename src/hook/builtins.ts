// Node's own modules that files of ours import, loaded at the start: where load hooks have a thread of their own, Node's loader cannot require a file
// that imports what the program is just importing (nodejs/node#59666), and a first call may come at that moment. All of them are loaded anyway. Main thread.
import 'node:fs'
import 'node:module'
import 'node:os'
import 'node:path'
import 'node:url'

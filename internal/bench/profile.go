package bench

// profileText says what was found in the profiles of the two largest scenarios, and what is left as it is.
const profileText = `## What the time is spent on

Profiles of the two largest scenarios, the plan of 1,000 rules and the apply of 100 pairs, with Linux perf over the CLI and
its plugins, and the heap of the plugin with pprof (November 2026). The CLI itself takes half of the time or more. Found and
changed: trace lines of the SDK that the CLI parses and drops, lock files and new files for every note that the plugins share,
one lock around those notes, and computed attributes that were set one by one to what they were. Together they halved the CPU
time of a plan of 300 rules, from 3.9 s to 2.0 s.

What is left and takes more than 5 % of the plugin's CPU time in a plan of many rules is the plugin framework at work on four
requests for each rule:

- garbage collection, about 25 %: a request allocates some 250 KiB. A lower rate would cost memory: 137 MiB instead of 100 MiB
  with 500 rules at ` + "`GOGC=200`" + `.
- copies of whole values for each attribute (` + "`tftypes.Transform`" + `), about 14 %.
- the names of struct fields, for which the framework compiles a regular expression each time, about 9 %.
- walks from the root of the schema to each attribute, about 8 %.

Signing, HTTP and XML together stay below 5 %. At start the largest part, about 30 %, is the key pair on curve P-521 that
go-plugin makes for the connection to the CLI.
`

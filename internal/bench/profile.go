package bench

// profileText says what was found in the profiles of the two largest scenarios with a time to hold, and what is left as it is.
const profileText = `## What the time is spent on

CPU and heap profiles (pprof) of the plugin in the two largest scenarios whose time has a bar, the plan of 1,000 rules and the
apply of 100 pairs, over several runs on 2 cores of AMD EPYC without other load, and Linux perf over the CLI beside it, taken by hand in November
2026 and not measured anew with the table above. Found and changed:
trace lines of the SDK that the CLI parses and drops, lock files and new files for every note that the plugins share, one lock
around those notes, computed attributes that were set one by one to what they were (together half of the CPU time of a plan of
300 rules), and contexts of ended requests that the plugin framework holds until the provider stops, 13 KiB each.

Left in the plan of 1,000 rules, 2.7 s of the plugin's CPU time, each part of it more than 5 % (they overlap, and allocation
with its garbage collection, together a third, is in all of them):

- copies of whole values for each attribute (` + "`tftypes.Transform`" + `), 18 %;
- the notes that the provider processes of one run share about each rule, 17 %, nearly all of it opening the locked file;
- walks from the root of the schema to each attribute, 11 %, which copy the map of attributes each time, 9 %;
- the names of struct fields, for which the framework compiles a regular expression each time, 10 %;
- values as they come from and go to the CLI, 9 %.

Signing, HTTP and XML together stay below 5 %.

Left in the apply of 100 pairs, 1.3 s of CPU time of four plugin processes in some 4 s of wall time: the calls themselves 18 %, of
which the RPC SDK's building of requests for RAM and STS is 5 %; the framework with the same parts as above, ` + "`Transform`" + ` 15 %, schema walks
10 %, regular expressions 8 %, values 8 %; garbage collection 19 %. The notes and the policy documents stay below 2 %.

On the heap nothing is kept: after a plan of 1,000 rules 3 MiB are live, none of them by rule. What passes through is 1.1 MiB for
each rule, a quarter of it in ` + "`Transform`" + `, a fifth in copied maps of attributes, a sixth in names of struct fields. A lower rate of
garbage collection would trade memory for time, 137 MiB instead of 100 MiB with 500 rules at ` + "`GOGC=200`" + ` before the contexts were
let go; the default stays.

The plan of 5,000 rules on 100 buckets, which is measured for its memory and held to no time, was looked at once, on a busy machine. Of its
CPU time, ` + "`Transform`" + ` has 18 %, garbage collection 14 %, copied maps of attributes 11 %, regular expressions 10 %, values from the CLI
10 %, the notes 7 %, and the calls less than 5 %. After it 2 MiB are live, and 1.1 MiB for each rule have passed through: what a
rule costs does not grow with their number. ` + "`make bench BENCHFLAGS='-runs 1 -scenario memory -profile DIR'`" + ` writes such profiles, two files for each
plugin process, and so for every scenario.

At start the largest part, about 30 %, is the key pair on curve P-521 that go-plugin makes for the connection to the CLI.
`

package bench

// profileText says what was found in the profiles of the two largest scenarios and left as it is.
const profileText = `## What the time is spent on

Profiles have not been looked at yet.
`

package provider

import "io/fs"

// ofThisUserAlone is true: on Windows every user has a directory of temporary files
// of their own (GetTempPath2 page of the Windows API, 2025).
func ofThisUserAlone(fs.FileInfo) bool { return true }

//go:build !linux && !darwin && !windows

package ledger

func beginning(int) string { return "" }

func place() string { return "" }

func commandLine(int) []string { return nil }

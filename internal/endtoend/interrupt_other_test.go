//go:build !unix

package endtoend_test

import "testing"

// testDemoInterrupted: a console Ctrl-C cannot be sent to one program here.
func (programs) testDemoInterrupted(*testing.T) {}

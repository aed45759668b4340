package provider_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// keepSecrets looks for the secrets of both accounts in what a command said and in
// the states that it left, in every test that runs one.
func (d terraformDir) keepSecrets(command string, said ...string) {
	d.t.Helper()
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup", "errored.tfstate"} {
		raw, err := os.ReadFile(filepath.Join(d.path, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.t.Fatal(err)
		}
		said = append(said, string(raw))
	}
	for _, text := range said {
		for _, key := range []emulator.KeyPair{emulator.SourceKeyPair(), emulator.DestinationKeyPair()} {
			for _, form := range forms(key.Secret) {
				if strings.Contains(text, form) {
					d.t.Errorf("%s: the secret of %s is in its output or in the state", command, key.ID)
				}
			}
		}
	}
}

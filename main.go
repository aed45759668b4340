// Command terraform-provider-srr serves the provider to Terraform or OpenTofu.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

// notesDir is nowhere for a process that serves many runs: they must know nothing of each other.
func notesDir() string {
	if ledger.Lasting() {
		return ""
	}
	return provider.NotesDir()
}

func main() {
	var debug, asked bool
	flag.BoolVar(&debug, "debug", false, "serve for a debugger and print how to attach")
	flag.BoolVar(&asked, "version", false, "print the version and end")
	flag.Parse()
	if asked {
		fmt.Println("terraform-provider-srr", version)
		return
	}
	var options []provider.Option
	if !debug { // one process then serves many runs, and people read what it prints
		options = append(options, provider.ShareNotes(notesDir, ledger.Parent))
		for _, name := range provider.UnreadLogs(os.Getenv) {
			if err := os.Setenv(name, "OFF"); err != nil {
				log.Fatal(err)
			}
		}
	}
	var serving []tf6server.ServeOpt
	if debug {
		serving = append(serving, tf6server.WithManagedDebug())
	}
	made := provider.New(version, os.Getenv, options...)
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
		return provider.Forgetful(providerserver.NewProtocol6(made())())
	}, serving...)
	if err != nil {
		log.Fatal(err)
	}
}

// Package bench measures the built provider from outside: a real CLI, the plugin as users get it, and an emulated cloud
// whose calls take as long as is asked for.
package bench

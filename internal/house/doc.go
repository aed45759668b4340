// Package house holds no code, only tests of the project's structure: who may
// import whom, and how long a file may grow.
package house

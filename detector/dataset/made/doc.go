// Package made makes clips and voices of noise, for tests.
package made

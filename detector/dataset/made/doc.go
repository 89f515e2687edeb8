// Package made makes synthetic samples and voices of noise for tests.
package made

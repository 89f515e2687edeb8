// Package visit turns an address into a page in a real browser, for tests.
//
//	address -> Open -> Page: clicks, keys, values of JavaScript expressions, pictures
//
// Tests fail if the page sends a request to the network. Only tests import this package.
package visit

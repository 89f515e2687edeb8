// Package visit turns an address into a page in a real browser, for tests: they
// click, ask the page what it shows, take pictures of it, and fail where it asks
// the net for anything. Only tests import it.
package visit

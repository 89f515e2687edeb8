// Package pdf turns an HTML report into a PDF.
//
//	HTML page -> Print: headless Chromium -> PDF
//
// A browser prints the page, so that the PDF shows the same lines and curves as the
// HTML report, its text can be searched and screen readers can follow its structure.
// A PDF library would need a second layout of the report. The price: Chromium or
// Chrome must be installed. Find reports a missing browser before any work starts;
// the user can still print the HTML report from any browser.
package pdf

// Package pdf prints an HTML report to PDF.
//
//	HTML page -> Chromium, without a window -> Print -> PDF
//
// It is the browser that prints, and not a library that draws: the reader gets
// the page that the HTML report is, line for line and curve for curve, with text
// that can be searched and a structure that screen readers follow. A second
// layout would be a second report to keep honest. The price is that Chromium or
// Chrome must be on the machine; where it is not, Find says so before the work
// starts, and the HTML can be printed by any browser.
package pdf

// Package ui turns files chosen in a browser on this machine into reports there.
//
//	file dropped, picked or named -> queue -> scan -> report in place -> history
//
// [Open] listens on 127.0.0.1 and nowhere else; [Server.Link] is the address that
// lets one browser in, once. What the page shows of a file is made by package
// report from the same results as on the command line.
//
// Terms: an item is one file in the queue; a copy is the bytes of one that came
// through the browser, in a folder that lives as long as the server; a past scan
// is one kept on disk, found again by the content of its file.
package ui

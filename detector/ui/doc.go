// Package ui turns files chosen in a local browser into reports in that browser:
//
//	file dropped, picked or named -> queue -> scan -> report in the page -> history
//
// [Open] listens only on 127.0.0.1; [Server.Link] returns the address that admits one browser,
// once. Package report makes what the page shows, from the same results as on the command line.
//
// Terms:
//
//   - An item is one file in the queue.
//   - A copy is the content of an item that was uploaded by the browser. Copies are in a folder
//     that is deleted when the server ends.
//   - A past scan is one in the history on disk, a [store.History], which finds scans by the
//     content of the file.
package ui

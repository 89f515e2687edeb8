// Package batch turns files and folders into one row for each file:
//
//	inputs -> Files -> Sweep.Run -> []report.File, in the order of the inputs
//	                       `-> store.Journal, a record on disk for each finished file
//
// Terms:
//
//   - An input is what the user names: a file, or a folder with everything below it.
//   - A row is the [report.File] of one file, or of a folder that cannot be read. A file that
//     fails, even with a panic, does not affect the other rows.
//   - The journal holds the results of the sweep so far. A sweep that was killed and is started
//     again takes from it the results of all files whose content has not changed, and returns
//     the same rows as an uninterrupted sweep.
package batch

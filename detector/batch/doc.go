// Package batch turns files and folders into one row each, however many they
// are and whatever becomes of them:
//
//	inputs -> Files -> Sweep.Run -> []report.File, in the order of the inputs
//	                       `-> Journal, a line on the disk for every finished file
//
// Terms:
//
//   - An input is what the user names: a file, or a folder with all that lies
//     below it.
//   - A row is the [report.File] of one file, or of a folder that cannot be
//     read. A file that fails, even by a panic, fails alone.
//   - The journal is what a sweep has done so far. A sweep that was killed and
//     is started again takes from it every file whose content is still the
//     same, and ends with the very rows that an undisturbed sweep would have.
package batch

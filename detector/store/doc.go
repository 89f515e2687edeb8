// Package store turns scans into records on disk, and records back into scans:
//
//	Scan -> form (own field names) -> CBOR -> record with checksums -> Journal or History
//
// Terms:
//
//   - A [Scan] is the result of one file. Its [Key] is the content of the file (SHA-256 and
//     size) and the [Identity] of the scan: program, weights and options.
//   - A form is a struct of this package with a fixed name for each field. Results are stored
//     as forms, so that renaming a Go field elsewhere changes nothing on disk. Forms of version
//     1 may get further fields; a field that is missing in a record is zero. Any other change
//     is a new version.
//   - A record is one scan on disk. A record that is damaged is dropped, and only that record.
//   - A [Journal] is one file, to which a sweep appends a record for each scan.
//   - A [History] is a folder with one file for each scan, until the scan is forgotten.
//
// A file of this package begins with
//
//	"deepcheck store 1 journal\n" or "deepcheck store 1 history\n"
//	marker    16 random bytes
//	checksum  first 4 bytes of the SHA-256 of all bytes before it
//
// and continues with records (lengths are big-endian):
//
//	marker       16 bytes, as above
//	head length  4 bytes
//	body length  4 bytes
//	head         CBOR map: name, key and time of the scan, fields of a listing
//	head sum     SHA-256 of all bytes of the record before it
//	body         CBOR map: the verdict.Result
//	body sum     SHA-256 of head sum and body
//
// The marker shows where the next record begins after a damaged one. It is random, so that no
// scanned file can contain it.
package store

// Package record signs reports, and tells from a report and a file whether they
// belong together.
//
//	report with room for a signature -> Key.Seal -> signed report
//	signed report -> Open -> Sealed: whole or changed, by which key, about which files
//
// Terms: a key is an Ed25519 key pair (RFC 8032) of the person who scans, made on
// first use; its public part stands in every report. The signature covers every
// byte of the report but its own 128 hexadecimal digits, which count as zeros.
//
// What a signature shows is that whoever holds the key wrote the report so. It
// does not show who that is: keys are compared by their public part, which has
// to come on another way than the report.
package record

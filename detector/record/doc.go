// Package record signs reports and checks the signatures.
//
//	report with a blank signature -> Key.Seal -> signed report
//	signed report -> Open -> Sealed: intact or changed, the key, the files
//
// Terms: a key is an Ed25519 key pair (RFC 8032) of the person who scans, created on first
// use. Every report contains its public part. The signature covers every byte of the report;
// its own 128 hexadecimal digits count as zeros.
//
// A valid signature shows that the owner of the key wrote the report in this form. It does not
// show who that is: compare the public part with one received in another way than the report.
package record

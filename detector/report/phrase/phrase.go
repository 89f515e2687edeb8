package phrase

import "fmt"

// The texts with one to five arguments. Their verbs are those of package fmt.
type (
	With1[A any]             string
	With2[A, B any]          string
	With3[A, B, C any]       string
	With4[A, B, C, D any]    string
	With5[A, B, C, D, E any] string
)

// Fill returns the text with its argument.
func (p With1[A]) Fill(a A) string { return fmt.Sprintf(string(p), a) }

// Fill returns the text with its arguments.
func (p With2[A, B]) Fill(a A, b B) string { return fmt.Sprintf(string(p), a, b) }

// Fill returns the text with its arguments.
func (p With3[A, B, C]) Fill(a A, b B, c C) string { return fmt.Sprintf(string(p), a, b, c) }

// Fill returns the text with its arguments.
func (p With4[A, B, C, D]) Fill(a A, b B, c C, d D) string {
	return fmt.Sprintf(string(p), a, b, c, d)
}

// Fill returns the text with its arguments.
func (p With5[A, B, C, D, E]) Fill(a A, b B, c C, d D, e E) string {
	return fmt.Sprintf(string(p), a, b, c, d, e)
}

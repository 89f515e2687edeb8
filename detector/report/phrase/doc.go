// Package phrase turns a text and its arguments into a sentence: text, arguments -> string.
//
// A text without arguments is a plain string. The type of a text with arguments lists the
// types of the arguments, so that the compiler checks every call of Fill, and [Check] can
// compare the verbs of every text with them.
package phrase

package record

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

// Errors of Open, for errors.Is.
var (
	// ErrNotReport: the document is not a JSON or HTML report written by deepcheck.
	ErrNotReport = errors.New("not a JSON or HTML report written by deepcheck")
	// ErrUnsigned: the report has no signature.
	ErrUnsigned = errors.New("the report is not signed")
)

// A Sealed is a signed report as read by Open.
type Sealed struct {
	Claim
	Public string // public key in hexadecimal
	Whole  bool   // the signature is valid for that key and for every byte
}

// A Claim is what a report says about itself. It can be relied on only if the report is whole.
type Claim struct {
	Tool    string // name, version and commit
	Weights string // fingerprint
	Started string // RFC 3339, empty if unknown
	Files   []ClaimedFile
}

// A ClaimedFile is one media file listed in a report.
type ClaimedFile struct {
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Verdict string `json:"verdict"`
}

// report holds the fields of the JSON report that Open reads.
type report struct {
	Schema string `json:"schema"`
	Tool   struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Commit  string `json:"commit"`
	} `json:"tool"`
	Weights struct {
		Fingerprint string `json:"fingerprint"`
	} `json:"weights"`
	Started   string        `json:"started_utc"`
	Files     []ClaimedFile `json:"files"`
	Signature *struct {
		Algorithm string `json:"algorithm"`
		PublicKey string `json:"public_key"`
		Value     string `json:"value"`
	} `json:"signature"`
}

// ours reports whether schema belongs to a report or to the overview of a sweep. Both describe
// run and files in the same fields.
func ours(schema string) bool {
	return strings.HasPrefix(schema, "deepcheck/scan/") || strings.HasPrefix(schema, "deepcheck/overview/")
}

// Patterns for the data and the signature in an HTML report. Each matches once: text taken
// from media files is escaped and cannot match.
var (
	pageReport    = regexp.MustCompile(`(?s)<script type="application/json" id="report">(.*?)</script>`)
	pageSignature = regexp.MustCompile(`<code id="signature" data-key="([^"]*)">([^<]*)</code>`)
)

// Open reads a JSON or HTML report and checks its signature. The error is ErrNotReport or
// ErrUnsigned. An invalid signature is not an error; Whole is then false.
func Open(doc []byte) (*Sealed, error) {
	var r report
	var key, value string
	at := -1 // offset of value
	if bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
		if json.Unmarshal(doc, &r) != nil || !ours(r.Schema) {
			return nil, ErrNotReport
		}
		if r.Signature == nil || r.Signature.Algorithm != Algorithm {
			return nil, ErrUnsigned
		}
		key, value = r.Signature.PublicKey, r.Signature.Value
		at = bytes.LastIndex(doc, []byte(value))
	} else {
		m := pageReport.FindAllSubmatch(doc, 2)
		if len(m) != 1 || json.Unmarshal(m[0][1], &r) != nil || !ours(r.Schema) {
			return nil, ErrNotReport
		}
		s := pageSignature.FindAllSubmatchIndex(doc, 2)
		if len(s) != 1 {
			return nil, ErrUnsigned
		}
		key, value, at = string(doc[s[0][2]:s[0][3]]), string(doc[s[0][4]:s[0][5]]), s[0][4]
	}
	tool := strings.TrimSpace(r.Tool.Name + " " + r.Tool.Version)
	if r.Tool.Commit != "" {
		tool += " (commit " + r.Tool.Commit + ")"
	}
	return &Sealed{Claim: Claim{tool, r.Weights.Fingerprint, r.Started, r.Files}, Public: key, Whole: holds(doc, at, key, value)}, nil
}

// holds reports whether value, at offset at in doc, is key's signature of doc with value
// blanked.
func holds(doc []byte, at int, key, value string) bool {
	public, err1 := hex.DecodeString(key)
	signature, err2 := hex.DecodeString(value)
	if err1 != nil || err2 != nil || at < 0 || len(public) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize ||
		strings.ToLower(key+value) != key+value { // only lower case: one spelling for each value
		return false
	}
	blank := bytes.Clone(doc)
	copy(blank[at:], Blank)
	return ed25519.Verify(public, digest(blank), signature)
}

// Find returns the files that have the hash sha256 according to the report; none for an empty
// hash.
func (c *Claim) Find(sha256 string) []ClaimedFile {
	var out []ClaimedFile
	for _, f := range c.Files {
		if f.SHA256 != "" && f.SHA256 == sha256 {
			out = append(out, f)
		}
	}
	return out
}

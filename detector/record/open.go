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

// What keeps a report from being checked, to be tested with errors.Is.
var (
	// ErrNotReport: neither a JSON nor an HTML report of deepcheck's.
	ErrNotReport = errors.New("not a JSON or HTML report of deepcheck's")
	// ErrUnsigned: a report without a signature.
	ErrUnsigned = errors.New("the report is not signed")
)

// A Sealed is a signed report that was opened.
type Sealed struct {
	Claim
	Public string // key, in hexadecimal
	Whole  bool   // the signature is that key's, and not a byte was changed since
}

// A Claim is what a report says of itself. It means something only where the
// report is whole.
type Claim struct {
	Tool    string // name, version and commit
	Weights string // fingerprint
	Started string // RFC 3339, empty where unknown
	Files   []ClaimedFile
}

// A ClaimedFile is one file of a report.
type ClaimedFile struct {
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Verdict string `json:"verdict"`
}

// report is as much of the JSON report as is looked at here.
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

// ours tells whether a schema is that of a report, or of the overview of a sweep,
// which says as much of its run and its files.
func ours(schema string) bool {
	return strings.HasPrefix(schema, "deepcheck/scan/") || strings.HasPrefix(schema, "deepcheck/overview/")
}

// The places in an HTML report, which holds each once: text of files is escaped
// there, so none can look like them.
var (
	pageReport    = regexp.MustCompile(`(?s)<script type="application/json" id="report">(.*?)</script>`)
	pageSignature = regexp.MustCompile(`<code id="signature" data-key="([^"]*)">([^<]*)</code>`)
)

// Open reads a report, JSON or HTML, and tells whether it is whole. The error
// is ErrNotReport or ErrUnsigned; a signature that does not hold is no error.
func Open(doc []byte) (*Sealed, error) {
	var r report
	var key, value string
	at := -1 // where value stands
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

// holds tells whether value, which stands at an offset of doc, is the key's
// signature of doc without it.
func holds(doc []byte, at int, key, value string) bool {
	public, err1 := hex.DecodeString(key)
	signature, err2 := hex.DecodeString(value)
	if err1 != nil || err2 != nil || at < 0 || len(public) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize ||
		strings.ToLower(key+value) != key+value { // one way of writing each
		return false
	}
	blank := bytes.Clone(doc)
	copy(blank[at:], Blank)
	return ed25519.Verify(public, digest(blank), signature)
}

// Find returns the files of a report that have the hash, by what the report
// says.
func (c *Claim) Find(sha256 string) []ClaimedFile {
	var out []ClaimedFile
	for _, f := range c.Files {
		if f.SHA256 != "" && f.SHA256 == sha256 {
			out = append(out, f)
		}
	}
	return out
}

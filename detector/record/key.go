package record

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Algorithm is the signature algorithm as named in reports.
const Algorithm = "ed25519"

// Blank is the placeholder for the signature in an unsigned report.
var Blank = strings.Repeat("0", 2*ed25519.SignatureSize)

// domain separates signatures of reports from signatures of other data by the same key.
const domain = "deepcheck/report/1\n"

const (
	keyFile  = "signing.key"
	pemBlock = "PRIVATE KEY" // PKCS #8
)

// A Key signs reports. It is safe for concurrent use.
type Key struct{ private ed25519.PrivateKey }

// OpenKey reads the key in folder. If folder or key is missing, OpenKey creates it, readable
// by the owner only. Errors name the file.
func OpenKey(folder string) (*Key, error) {
	path := filepath.Join(folder, keyFile)
	k, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(folder, path); err == nil {
			k, err = readKey(path) // of two keys created at once, the first is kept
		}
	}
	if err != nil {
		return nil, fmt.Errorf("signing key %q: %w", path, cause(err))
	}
	return k, nil
}

// OwnPublic returns the public part of the key in folder, empty if there is no usable key. It
// creates none.
func OwnPublic(folder string) string {
	k, err := readKey(filepath.Join(folder, keyFile))
	if err != nil {
		return ""
	}
	return k.Public()
}

func readKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	// On Windows the mode does not show who may read the file.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("readable by others (mode %v): chmod 600, or delete it to create a new one", info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemBlock {
		return nil, errNoKey
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, errNoKey
	}
	return &Key{private}, nil
}

var errNoKey = errors.New("not an Ed25519 key; delete it to create a new one")

// makeKey writes a new key to a temporary file and links it to path. Nobody can read half a
// key, and an existing key stays.
func makeKey(folder, path string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, keyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = pem.Encode(temp, &pem.Block{Type: pemBlock, Bytes: der})
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return os.Rename(temp.Name(), path) // a file system without links
	}
	return nil
}

// cause returns err without the path that package os adds.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Public returns the public part in hexadecimal.
func (k *Key) Public() string { return hex.EncodeToString(k.private.Public().(ed25519.PublicKey)) }

// Seal returns a copy of report with the signature in place of the last Blank. A report
// without Blank is an error.
func (k *Key) Seal(report []byte) ([]byte, error) {
	at := bytes.LastIndex(report, []byte(Blank))
	if at < 0 {
		return nil, errors.New("the report has no room for a signature")
	}
	out := bytes.Clone(report)
	hex.Encode(out[at:], ed25519.Sign(k.private, digest(report)))
	return out, nil
}

// digest returns the bytes that are signed for a report with a blank signature.
func digest(blank []byte) []byte {
	sum := sha256.Sum256(blank)
	return append([]byte(domain), sum[:]...)
}

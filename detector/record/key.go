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

// Algorithm is how reports are signed.
const Algorithm = "ed25519"

// Blank stands in a report where its signature will go.
var Blank = strings.Repeat("0", 2*ed25519.SignatureSize)

// domain keeps a signature of a report from being taken for one of anything
// else that the same key might sign.
const domain = "deepcheck/report/1\n"

const (
	keyFile  = "signing.key"
	pemBlock = "PRIVATE KEY" // PKCS #8
)

// A Key signs reports. It may be used by several goroutines.
type Key struct{ private ed25519.PrivateKey }

// OpenKey reads the key in a folder, and makes folder and key where there are
// none: nobody else may read them. Its errors name the file.
func OpenKey(folder string) (*Key, error) {
	path := filepath.Join(folder, keyFile)
	k, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(folder, path); err == nil {
			k, err = readKey(path) // of two that make it at once the first one's counts
		}
	}
	if err != nil {
		return nil, fmt.Errorf("signing key %q: %w", path, cause(err))
	}
	return k, nil
}

// OwnPublic returns the public part of the key in a folder, empty where there is
// none; it makes none.
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
	// Windows keeps who may read it elsewhere.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read it (mode %v): chmod 600, or delete it for a new one", info.Mode().Perm())
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

var errNoKey = errors.New("not an Ed25519 key; delete it for a new one")

// makeKey writes a new key under another name and then links it into place, so
// that nobody reads half of one and one that is there stays.
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

// cause returns an error without the path that package os puts before it.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Public returns the public part in hexadecimal.
func (k *Key) Public() string { return hex.EncodeToString(k.private.Public().(ed25519.PublicKey)) }

// Seal returns the report with its signature in place of Blank, the last one
// where there are several.
func (k *Key) Seal(report []byte) ([]byte, error) {
	at := bytes.LastIndex(report, []byte(Blank))
	if at < 0 {
		return nil, errors.New("the report has no room for a signature")
	}
	out := bytes.Clone(report)
	hex.Encode(out[at:], ed25519.Sign(k.private, digest(report)))
	return out, nil
}

// digest returns what is signed for a report whose signature is blank.
func digest(blank []byte) []byte {
	sum := sha256.Sum256(blank)
	return append([]byte(domain), sum[:]...)
}

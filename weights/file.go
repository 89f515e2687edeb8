package weights

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Faults of a weights file, for errors.Is.
var (
	// ErrMagic means that the file is not a weights file.
	ErrMagic = errors.New("not a weights file")
	// ErrVersion means that the file was written by a newer deepcheck.
	ErrVersion = errors.New("weights file has a newer format")
	// ErrTruncated means that the end of the file is missing.
	ErrTruncated = errors.New("weights file cut short")
	// ErrAltered means that the length or the checksum does not match the bytes.
	ErrAltered = errors.New("weights file altered: checksum does not match")
)

// A Tensor is a named array of numbers.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // row-major; its length is the product of Shape
}

// A File is a weights file in memory. Goroutines may share a File as long as none changes or
// writes it.
type File struct {
	Header
	Tensors []Tensor

	fingerprint string // of the bytes last read or written; empty before
}

// Tensor returns the tensor with the given name, nil if there is none.
func (f *File) Tensor(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// Fingerprint returns the SHA-256 of the file as last read or written, in hexadecimal: the output
// of sha256sum. It is empty for a File that has been neither read nor written.
func (f *File) Fingerprint() string { return f.fingerprint }

// Read reads a weights file to its end. Its error wraps ErrMagic, ErrVersion, ErrTruncated or
// ErrAltered if one of them applies. Read needs about three times as much memory as the file has
// bytes and reads at most MaxSize bytes.
func Read(r io.Reader) (*File, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	f, err := decode(b)
	if err != nil {
		return nil, err
	}
	f.fingerprint = fingerprint(b)
	return f, nil
}

// Write writes the file and records its fingerprint. It returns an error before writing
// anything if a tensor's shape does not match its data, a name is empty, too long or duplicate,
// or a number is not finite. Training that diverges gives such numbers.
func (f *File) Write(w io.Writer) error {
	b, err := f.encode()
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("writing weights: %w", err)
	}
	f.fingerprint = fingerprint(b)
	return nil
}

// Open reads the weights file at path. Its errors name the path.
func Open(path string) (*File, error) {
	// Opening a named pipe would block until it has a writer.
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading weights %q: not a regular file", path)
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading weights %q: %w", path, cause(err))
	}
	defer r.Close()
	f, err := Read(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("reading weights %q: %w", path, cause(err))
	}
	return f, nil
}

// Save writes the file to path. A previous file at path stays intact until the new file is
// completely on disk. Errors name the path.
func (f *File) Save(path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing weights %q: %w", path, cause(err))
		}
	}()
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	var b bytes.Buffer
	if err = f.Write(&b); err == nil {
		_, err = tmp.Write(b.Bytes())
	}
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// check returns an error if the tensors cannot be written or used, see Write.
func (f *File) check() error {
	names := map[string]bool{}
	for _, t := range f.Tensors {
		if t.Name == "" || len(t.Name) > maxName {
			return fmt.Errorf("tensor name has %d bytes, want 1..%d", len(t.Name), maxName)
		}
		if names[t.Name] {
			return fmt.Errorf("duplicate tensor %q", t.Name)
		}
		names[t.Name] = true
		n, err := count(t.Shape)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if n != len(t.Data) {
			return fmt.Errorf("tensor %q has %d numbers, want %d for shape %v", t.Name, len(t.Data), n, t.Shape)
		}
		if i := slices.IndexFunc(t.Data, notFinite); i >= 0 {
			return fmt.Errorf("tensor %q: number %d is %v", t.Name, i, t.Data[i])
		}
	}
	return nil
}

// cause strips the path from an error of package os: our errors already name the path.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

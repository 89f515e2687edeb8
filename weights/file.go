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

// What may be wrong with a weights file, to be tested with errors.Is.
var (
	// ErrMagic: the file is something else altogether.
	ErrMagic = errors.New("not a weights file")
	// ErrVersion: the file was written by a newer deepcheck.
	ErrVersion = errors.New("weights of a newer format")
	// ErrTruncated: the end of the file is missing.
	ErrTruncated = errors.New("weights file cut short")
	// ErrAltered: the bytes are not those that were written.
	ErrAltered = errors.New("weights file altered: its checksum does not match")
)

// A Tensor is one named array of numbers.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // row-major, as long as the product of Shape
}

// A File is a weights file in memory. Several goroutines may read one.
type File struct {
	Header
	Tensors []Tensor

	fingerprint string // of the bytes read or last written; empty before
}

// Tensor returns the tensor of that name, nil if there is none.
func (f *File) Tensor(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// Fingerprint returns the SHA-256 of the file as read or last written, in
// hexadecimal: what sha256sum says of it. A File made in memory and not yet
// written has an empty one.
func (f *File) Fingerprint() string { return f.fingerprint }

// Read reads a weights file to its end. The error wraps ErrMagic, ErrVersion,
// ErrTruncated or ErrAltered where it is one of these. It takes some three
// times the memory of the bytes that are really there, and reads no more than
// MaxSize of them.
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

// Write writes the file and notes its fingerprint. It returns an error, before
// anything is written, for tensors whose shape does not fit their data, names
// that are empty or come twice, and numbers that are not finite, as a training
// that ran away leaves them.
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

// Open reads the weights file at path; its errors name the path.
func Open(path string) (*File, error) {
	// A named pipe would keep whoever opens it waiting for a writer.
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

// Save writes the file to path. What was at path before stays there whole
// until all of the new file is on the disk.
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

// check says what keeps the tensors from being written or used.
func (f *File) check() error {
	names := map[string]bool{}
	for _, t := range f.Tensors {
		if t.Name == "" || len(t.Name) > maxName {
			return fmt.Errorf("a tensor's name has %d bytes, want 1..%d", len(t.Name), maxName)
		}
		if names[t.Name] {
			return fmt.Errorf("tensor %q comes twice", t.Name)
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

// cause strips the path that package os puts into its errors: ours name it.
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

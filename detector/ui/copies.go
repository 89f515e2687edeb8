package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/deepcheck/deepcheck/detector/store"
)

// Copies is the folder of one server for files that are uploaded by the browser. If a server is
// killed, the next one deletes its folder.
type Copies struct {
	path string
	lock *os.File
}

const (
	copiesPattern = "ui-*"
	lockName      = "lock" // locked while the server runs; no copy has this name
)

// CopyFolder creates a folder below another, which it creates if necessary, and deletes the
// folders of servers that have ended.
func CopyFolder(below string) (c *Copies, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("making a folder for copies in %q: %w", below, shortError(err))
		}
	}()
	if err := os.MkdirAll(below, 0o700); err != nil {
		return nil, err
	}
	old, err := filepath.Glob(filepath.Join(below, copiesPattern))
	if err != nil {
		return nil, err
	}
	for _, path := range old {
		removeAbandoned(path)
	}
	c = new(Copies)
	if c.path, err = os.MkdirTemp(below, copiesPattern); err != nil { // 0700
		return nil, err
	}
	if c.lock, err = os.OpenFile(filepath.Join(c.path, lockName), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.path))
	}
	if err := store.Lock(c.lock); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// removeAbandoned deletes a folder of copies unless another process holds its lock. A folder
// without a lock file is being created, and stays.
func removeAbandoned(path string) {
	f, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if store.Lock(f) == nil {
		os.RemoveAll(path)
	}
}

// Path returns the path of the folder.
func (c *Copies) Path() string { return c.path }

// Close deletes the folder with all copies.
func (c *Copies) Close() error {
	return errors.Join(c.lock.Close(), os.RemoveAll(c.path))
}

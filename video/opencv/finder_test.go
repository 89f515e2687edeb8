package opencv

import (
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestNewBesideOthers calls oneThread while a Finder is at work, as New does in a sweep or a
// training.
func TestNewBesideOthers(t *testing.T) {
	p := frame(t, 640, 360, 360, 140, 0)
	f := newFinder(t)
	var group errgroup.Group
	for range 2 {
		group.Go(func() error {
			for range 200_000 { // the part of New that affects the whole process
				oneThread()
			}
			return nil
		})
	}
	group.Go(func() error {
		for range 50 {
			if _, err := f.Detect(p, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

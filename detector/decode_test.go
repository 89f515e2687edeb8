package detector

import (
	"errors"
	"strings"
	"testing"
)

func TestGuardedTurnsAPanicIntoAnError(t *testing.T) {
	err := guarded("a.mp4", func() error { var at []int; return errors.New(string(rune(at[3]))) })()
	if err == nil || !strings.HasPrefix(err.Error(), `reading "a.mp4": internal error: `) {
		t.Errorf("got %v", err)
	}
	want := errors.New("other")
	if err := guarded("a.mp4", func() error { return want })(); err != want {
		t.Errorf("got %v, want the function's own error", err)
	}
}

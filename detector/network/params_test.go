package network

import (
	"slices"
	"strings"
	"testing"
)

func TestTakeCopiesWhatIsWanted(t *testing.T) {
	p, from := BlankParams(), NewParams(3)
	p.Take(from, func(name string) bool { return strings.HasPrefix(name, "sound.") })
	for i, q := range p.List() {
		if want := strings.HasPrefix(q.Name, "sound.") || slices.Equal(BlankParams().List()[i].Data, from.List()[i].Data); slices.Equal(q.Data, from.List()[i].Data) != want {
			t.Errorf("%s: taken is %v, want %v", q.Name, !want, want)
		}
	}
	name := from.List()[0].Name
	p.Take(from, func(n string) bool { return n == name })
	if p.List()[0].Data[0]++; p.List()[0].Data[0] == from.List()[0].Data[0] {
		t.Error("Take shares the data")
	}
}

package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/container"
)

// quality returns what the file is, as its bytes say: nothing is inferred.
func (w *words) quality(res *detector.Result, failed bool) []htmlFact {
	p, m, c := w.Page, &res.Media, &res.Container
	facts := []htmlFact{{w.Hash, orUnknown(w, res.SHA256)}}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, htmlFact{name, printable(value)})
		}
	}
	if res.SHA256 != "" || res.Size > 0 {
		add(w.Size, strconv.FormatInt(res.Size, 10)+" "+w.Bytes)
	}
	add(w.Media, w.media(m))
	if !failed {
		add(w.Length, decimals(frames(res.Frames), 2)+" s")
	}
	if m.Duration > 0 {
		add(p.Announced, decimals(m.Duration.Seconds(), 2)+" s")
	}
	if m.BitRate > 0 {
		add(p.BitRate, decimals(float64(m.BitRate)/1000, 0)+" kbit/s")
	}
	add(p.BitsPerPixel, bitsPerPixel(res))
	add(p.Container, c.Kind)
	add(p.Brand, strings.TrimSpace(c.Brand+" ("+strings.Join(c.Brands, ", ")+")"))
	if c.Brand == "" {
		facts = facts[:len(facts)-1]
	}
	add(p.Created, c.Created)
	if c.Writer != "" {
		add(p.Writer, c.Writer+". "+p.WriterMeans)
	}
	if c.Parts {
		add(p.Fragments, p.Yes)
	}
	if c.Cut {
		add(p.Cut, p.Yes)
	}
	if res.SHA256 != "" {
		add(p.C2PA, map[container.Presence]string{container.Present: p.C2PAPresent, container.Absent: p.C2PAAbsent,
			container.Damaged: p.C2PADamaged, container.Unknown: p.C2PAUnknown}[c.C2PA])
	}
	return facts
}

// bitsPerPixel returns how many bits of the file there are for each pixel of
// each picture, empty where that is not known: below some 0.05 the detail of a
// mouth is mostly gone.
func bitsPerPixel(res *detector.Result) string {
	m := &res.Media
	rate, err := strconv.ParseFloat(frameRate(m.FrameRate), 64)
	if err != nil || m.BitRate <= 0 || m.Width <= 0 || m.Height <= 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", float64(m.BitRate)/rate/float64(m.Width)/float64(m.Height))
}

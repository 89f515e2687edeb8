package report

import (
	"fmt"
	"strings"

	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// fileFacts returns the properties of a file as its bytes state them. Nothing is inferred.
func (w *words) fileFacts(res *verdict.Result, failed bool) []htmlFact {
	p, m, c := w.Page, &res.Media, &res.Container
	facts := []htmlFact{{w.Hash, orUnknown(w, res.SHA256)}}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, htmlFact{name, printable(value)})
		}
	}
	if res.SHA256 != "" || res.Size > 0 {
		add(w.Size, w.Bytes.Fill(res.Size))
	}
	add(w.Media, w.media(m))
	if !failed {
		length := w.Seconds.Fill(decimals(frameSeconds(res.Frames), 2))
		if res.Part {
			length += ", " + w.scannedTimeRange(res)
		}
		add(w.Length, length)
	}
	if m.Duration > 0 {
		add(p.Announced, w.Seconds.Fill(decimals(m.Duration.Seconds(), 2)))
	}
	if m.BitRate > 0 {
		add(p.BitRate, w.BitRate.Fill(decimals(float64(m.BitRate)/1000, 0)))
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
	if c.Kind != "" {
		add(p.Encoders, nameList(c.Encoders, p.EncodersMean, p.NoneFound))
	} else if res.SHA256 != "" {
		add(p.Encoders, p.NotLookedFor)
	}
	if c.Kind == container.ISO || c.Kind == container.Matroska {
		add(p.Handlers, nameList(c.Handlers, p.HandlersMean, p.NoneFound))
	}
	if c.Parts {
		add(p.Fragments, p.Yes)
	}
	if c.Cut {
		add(p.Cut, p.Yes)
	}
	if res.SHA256 != "" {
		add(p.C2PA, p.c2pa(c))
	}
	return facts
}

// nameList returns the names followed by meaning, or none if there are no names.
func nameList(names []string, meaning, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, "; ") + ". " + meaning
}

// c2pa says whether the file holds a C2PA manifest, or that this was not checked.
func (p *pageWords) c2pa(c *container.Facts) string {
	switch {
	case c.C2PA == container.Present:
		return p.C2PAPresent
	case c.C2PA == container.Damaged:
		return p.C2PADamaged
	case c.C2PA == container.Absent && c.Kind == container.Matroska:
		return p.C2PANotAttached
	case c.C2PA == container.Absent:
		return p.C2PAAbsent
	case c.Kind == "":
		return p.NotLookedFor
	}
	return p.C2PAUnknown
}

// bitsPerPixel returns the bit rate divided by pixels per second, empty if unknown. Below about
// 0.05 most detail of a mouth is lost.
func bitsPerPixel(res *verdict.Result) string {
	m := &res.Media
	rate := m.Rate()
	if rate <= 0 || m.BitRate <= 0 || m.Width <= 0 || m.Height <= 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", float64(m.BitRate)/rate/float64(m.Width)/float64(m.Height))
}

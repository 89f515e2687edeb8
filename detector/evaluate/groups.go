package evaluate

import (
	"cmp"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Group is some of the clips, judged by their own sound.
type Group struct {
	By                 string // "label", "resolution", "language", "generator" or "source"
	Name               string
	Label              string
	Trained            bool // of sources that the weights were trained on
	N                  int  // clips with a score
	Inconclusive       int
	Suspect            int // of N, whatever the band
	Alarms             int // of N, band moderate or strong
	statistic.Estimate     // area under the ROC curve against all genuine clips of the same part; NaN for genuine ones
}

// groups returns what became of the clips by label, resolution of the face,
// language where the list names it, generator and source.
func (m *measuring) groups(trained bool) []Group {
	type key struct{ by, name, label string }
	index := map[key]int{}
	var out []Group
	var members [][]statistic.Observation
	at := func(k key) int {
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, Group{By: k.by, Name: k.name, Label: k.label, Trained: trained, Estimate: statistic.Unmeasured()})
			members = append(members, nil)
		}
		return i
	}
	keys := func(c dataset.Clip) []key {
		k := []key{{"label", c.Label, c.Label}, {"source", c.Source, c.Label}}
		if c.Language != "" {
			k = append(k, key{"language", c.Language, c.Label})
		}
		if c.Label != dataset.Real {
			k = append(k, key{"generator", c.Generator, c.Label})
		}
		return k
	}
	var genuine []*subject
	for _, s := range m.subjects {
		if s.Label == dataset.Real && s.own.scored() {
			genuine = append(genuine, s)
		}
		for _, k := range append(keys(s.Clip), key{"resolution", s.resolution(), s.Label}) {
			i := at(k)
			g := &out[i]
			if !s.own.scored() {
				g.Inconclusive++
				continue
			}
			g.N++
			if s.own.verdict == verdict.Suspect {
				g.Suspect++
			}
			if s.own.suspect() {
				g.Alarms++
			}
			if score := rankOf(s.Label)(s.own); defined(score) {
				members[i] = append(members[i], s.observe(score, true))
			}
		}
	}
	for _, l := range m.left {
		for _, k := range keys(l.Clip) {
			out[at(k)].Inconclusive++
		}
	}
	for i := range out {
		g := &out[i]
		if g.Label == dataset.Real || len(members[i]) == 0 {
			continue
		}
		obs := members[i]
		for _, s := range genuine {
			if score := rankOf(g.Label)(s.own); defined(score) {
				obs = append(obs, s.observe(score, false))
			}
		}
		if len(obs) > len(members[i]) {
			g.Estimate = statistic.ROCArea(m.rng(g.By+" "+g.Name+" "+g.Label), obs)
		}
	}
	bys, labels := []string{"label", "resolution", "language", "generator", "source"}, []string{dataset.Real, dataset.Dubbed, dataset.Fake}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(slices.Index(bys, a.By), slices.Index(bys, b.By)),
			cmp.Compare(slices.Index(labels, a.Label), slices.Index(labels, b.Label)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// resolution says how large the face is in the picture, by the median distance
// of the outer eye corners.
func (s *subject) resolution() string {
	var eyes []float64
	for i := range s.blank {
		if s.blank[i].Mouth {
			eyes = append(eyes, s.blank[i].EyeDist)
		}
	}
	switch d := statistic.Quantile(eyes, .5); {
	case d < 2*verdict.MinEyeDist:
		return "eyes less than 40 px apart"
	case d < 4*verdict.MinEyeDist:
		return "eyes 40 to 80 px apart"
	}
	return "eyes 80 px apart or more"
}

// A Coverage says in how many frames of a source's clips a mouth was found.
type Coverage struct {
	Source string // "" for all sources together
	Clips  int
	Frames int // of the clips that could be read
	Mouths int // of them with a mouth
}

// Share is the part of the frames that have a mouth; 0 without frames.
func (c Coverage) Share() float64 { return float64(c.Mouths) / float64(max(1, c.Frames)) }

// coverages collects the coverage of each source.
type coverages map[string]*Coverage

// add counts a clip; s is nil for one that could not be read.
func (c coverages) add(source string, s *dataset.Sample) {
	if c[source] == nil {
		c[source] = &Coverage{Source: source}
	}
	c[source].Clips++
	if s != nil {
		c[source].Frames += s.Frames
		c[source].Mouths += s.Faces
	}
}

// list returns the coverages by source, the last one of all.
func (c coverages) list() []Coverage {
	var out []Coverage
	var all Coverage
	for _, v := range c {
		out = append(out, *v)
		all.Clips += v.Clips
		all.Frames += v.Frames
		all.Mouths += v.Mouths
	}
	slices.SortFunc(out, func(a, b Coverage) int { return cmp.Compare(a.Source, b.Source) })
	return append(out, all)
}

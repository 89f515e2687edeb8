package evaluate

import (
	"cmp"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Group counts the verdicts of some of the clips, each with its own sound.
type Group struct {
	By                 string // "label", "resolution", "language", "generator" or "source"
	Name               string
	Label              string
	Trained            bool // clips of sources that the weights were trained on
	N                  int  // number of clips with a mismatch logit
	Inconclusive       int
	Suspect            int // number of suspect clips, of any band
	Alarms             int // number of suspect clips, moderate or strong
	statistic.Estimate     // AUC against all genuine clips of the same set; NaN for genuine clips
}

// groups returns the verdicts by label, resolution of the face, language if the list names it,
// generator and source.
func (m *measurement) groups(trained bool) []Group {
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
			if s.own.isAlarm() {
				g.Alarms++
			}
			if score := scoreOf(s.Label)(s.own); isDefined(score) {
				members[i] = append(members[i], s.observe(score, true))
			}
		}
	}
	for _, l := range m.unusable {
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
			if score := scoreOf(g.Label)(s.own); isDefined(score) {
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

// resolution names the size of the face in the picture, by the median distance between the outer
// eye corners.
func (s *subject) resolution() string {
	var eyes []float64
	for i := range s.unscored {
		if s.unscored[i].Mouth {
			eyes = append(eyes, s.unscored[i].EyeDist)
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

// A Coverage counts the frames of the clips of a source in which a mouth was found.
type Coverage struct {
	Source string // "" for all sources together
	Clips  int
	Frames int // number of frames of the clips that could be read
	Mouths int // number of those frames with a mouth
}

// Share returns the share of the frames with a mouth; 0 without frames.
func (c Coverage) Share() float64 { return float64(c.Mouths) / float64(max(1, c.Frames)) }

// coverages holds the coverage of each source.
type coverages map[string]*Coverage

// add counts a clip; s is nil if the clip could not be read.
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

// list returns the coverages in order of source, then that of all sources.
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

package evaluate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
)

// Schema names the JSON format of an Evaluation.
const Schema = "deepcheck/eval/1"

// number is a figure rounded to six decimals in JSON; NaN and infinities are null.
type number float64

// MarshalJSON implements [json.Marshaler].
func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, math.Round(float64(n)*1e6)/1e6, 'f', -1, 64), nil
}

type jsonMeasure struct {
	Name         string `json:"name"`
	Value        number `json:"value"`
	Low          number `json:"low"`
	High         number `json:"high"`
	N            int    `json:"n"`
	Inconclusive int    `json:"inconclusive"`
	Interval     string `json:"interval,omitempty"`
	Reason       string `json:"reason,omitempty"`
}

type jsonGroup struct {
	By           string `json:"by"`
	Name         string `json:"name"`
	Label        string `json:"label"`
	TrainedOn    bool   `json:"trained_on"`
	N            int    `json:"n"`
	Inconclusive int    `json:"inconclusive"`
	Suspect      int    `json:"suspect"`
	Moderate     int    `json:"suspect_moderate_or_strong"`
	AUC          number `json:"auc"`
	Low          number `json:"low"`
	High         number `json:"high"`
}

type jsonRung struct {
	Kind    string `json:"ledger"`
	From    number `json:"from_log10_lr"` // null for no limit
	To      number `json:"to_log10_lr"`
	Forged  int    `json:"true"`
	Genuine int    `json:"false"`
	Ratio   number `json:"observed_ratio"`
}

type jsonCoverage struct {
	Source *string `json:"source"` // null for all sources together
	Clips  int     `json:"clips"`
	Frames int     `json:"frames"`
	Mouths int     `json:"mouth_frames"`
	Share  number  `json:"share"`
}

type jsonInconclusive struct {
	File      string `json:"file"`
	Source    string `json:"source"`
	Label     string `json:"label"`
	TrainedOn bool   `json:"trained_on"`
	Reason    string `json:"reason"`
}

func jsonMeasures(list []Measure) []jsonMeasure {
	out := make([]jsonMeasure, 0, len(list))
	for _, m := range list {
		out = append(out, jsonMeasure{m.Name, number(m.Value), number(m.Low), number(m.High), m.N, m.Inconclusive, m.How, m.Reason})
	}
	return out
}

// JSON writes the evaluation in the format Schema.
func (e *Evaluation) JSON(w io.Writer) error {
	out := struct {
		Schema       string             `json:"schema"`
		Tool         string             `json:"tool,omitempty"`
		List         string             `json:"list"`
		Weights      string             `json:"weights_sha256"`
		Others       []string           `json:"further_weights_sha256,omitempty"`
		Seed         uint64             `json:"seed"`
		Clips        int                `json:"clips"`
		Unseen       int                `json:"clips_of_unseen_sources"`
		Measures     []jsonMeasure      `json:"measures"`
		Trained      []jsonMeasure      `json:"measures_of_trained_sources,omitempty"`
		Ladder       []jsonRung         `json:"likelihood_ratios"`
		Groups       []jsonGroup        `json:"groups"`
		Coverage     []jsonCoverage     `json:"mouth_coverage"`
		Inconclusive []jsonInconclusive `json:"inconclusive"`
		Protocol     []string           `json:"protocol"`
	}{Schema: Schema, Tool: e.Tool, List: e.List, Weights: e.Fingerprints[0], Others: e.Fingerprints[1:], Seed: e.Seed, Clips: e.Clips, Unseen: e.Unseen,
		Measures: jsonMeasures(e.Measures), Ladder: []jsonRung{}, Groups: []jsonGroup{}, Coverage: []jsonCoverage{}, Inconclusive: []jsonInconclusive{}, Protocol: Protocol()}
	if e.Trained != nil {
		out.Trained = jsonMeasures(e.Trained)
	}
	for _, r := range e.Ladder {
		out.Ladder = append(out.Ladder, jsonRung{r.Kind, number(r.From), number(r.To), r.Forged, r.Genuine, number(r.Ratio)})
	}
	for _, g := range e.Groups {
		out.Groups = append(out.Groups, jsonGroup{g.By, g.Name, g.Label, g.Trained, g.N, g.Inconclusive, g.Suspect, g.Alarms, number(g.Value), number(g.Low), number(g.High)})
	}
	for _, c := range e.Coverage {
		j := jsonCoverage{Clips: c.Clips, Frames: c.Frames, Mouths: c.Mouths, Share: number(c.Share())}
		if c.Source != "" {
			j.Source = &c.Source
		}
		out.Coverage = append(out.Coverage, j)
	}
	for _, l := range e.Inconclusive {
		out.Inconclusive = append(out.Inconclusive, jsonInconclusive{l.File, l.Source, l.Label, l.Trained, l.Reason})
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Table writes the evaluation as text.
func (e *Evaluation) Table(w io.Writer) error {
	b := bufio.NewWriter(w)
	var names []string
	for _, f := range e.Fingerprints {
		names = append(names, f[:min(12, len(f))])
	}
	fmt.Fprintf(b, "%d clips in %s, %d of them of sources that the weights %s were not trained on\n", e.Clips, e.List, e.Unseen, strings.Join(names, ", "))
	fmt.Fprint(b, "\nmeasures, unseen sources\n")
	writeMeasures(b, e.Measures)
	if e.Trained != nil {
		fmt.Fprint(b, "\nmeasures, sources that the weights were trained on\n")
		writeMeasures(b, e.Trained)
	}
	e.writeLadder(b)
	e.writeGroups(b, false, "clips of unseen sources, with their own sound")
	e.writeGroups(b, true, "clips of sources that the weights were trained on, with their own sound")
	fmt.Fprintf(b, "\n%-64s %6s %8s %8s\n", "frames with a mouth", "clips", "frames", "share")
	for _, c := range e.Coverage {
		name := c.Source
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(b, "  %-62s %6d %8d %7.2f%%\n", short(name, 62), c.Clips, c.Frames, 100*c.Share())
	}
	if len(e.Inconclusive) > 0 {
		fmt.Fprintf(b, "\n%d clips are inconclusive\n", len(e.Inconclusive))
		for _, l := range e.Inconclusive {
			fmt.Fprintf(b, "  %-20s %-8s %s\n", l.File, l.Label, l.Reason)
		}
	}
	fmt.Fprint(b, "\nprotocol\n")
	for _, line := range Protocol() {
		fmt.Fprintf(b, "  %s\n", line)
	}
	return b.Flush()
}

func writeMeasures(w io.Writer, list []Measure) {
	fmt.Fprintf(w, "  %-26s %7s  %-15s %5s %8s\n", "", "value", "95 %", "n", "inconcl.")
	for _, m := range list {
		fmt.Fprintf(w, "  %-26s %7s  %-15s %5d %8d", m.Name, m.figure(), formatInterval(m.Estimate), m.N, m.Inconclusive)
		if m.Reason != "" {
			fmt.Fprintf(w, "  %s", m.Reason)
		} else if m.How != "" {
			fmt.Fprintf(w, "  %s", m.How)
		}
		fmt.Fprintln(w)
	}
}

// writeLadder writes how many forged and how many genuine clips got a likelihood ratio in each
// interval.
func (e *Evaluation) writeLadder(w io.Writer) {
	kind := ""
	for _, r := range e.Ladder {
		if kind == "" {
			fmt.Fprint(w, "\nlikelihood ratios, unseen sources\n")
			fmt.Fprintf(w, "  %-10s %16s %9s %9s %15s\n", "kind", "log10 LR", "forged", "genuine", "observed ratio")
		}
		kind = r.Kind
		fmt.Fprintf(w, "  %-10s %16s %9d %9d %15s\n", r.Kind, fmt.Sprintf("%.1f to %.1f", r.From, r.To), r.Forged, r.Genuine, formatFigure(r.Ratio))
	}
}

func (e *Evaluation) writeGroups(w io.Writer, trained bool, title string) {
	by := ""
	for _, g := range e.Groups {
		if g.Trained != trained {
			continue
		}
		if by == "" {
			fmt.Fprintf(w, "\n%s\n", title)
		}
		if g.By != by {
			by = g.By
			fmt.Fprintf(w, "  %-54s %-7s %5s %8s %8s %9s %7s  %s\n", "by "+by, "label", "n", "inconcl.", "suspect", "moderate+", "AUC", "95 %")
		}
		fmt.Fprintf(w, "  %-54s %-7s %5d %8d %8d %9d %7s  %s\n", short(g.Name, 54), g.Label, g.N, g.Inconclusive, g.Suspect, g.Alarms, formatFigure(g.Value), formatInterval(g.Estimate))
	}
}

// formatFigure formats a value with three decimals, "-" for NaN.
func formatFigure(x float64) string {
	if !isDefined(x) {
		return "-"
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}

// figure formats the value of the measure; a number of clips has no decimals.
func (m *Measure) figure() string {
	if m.Count && isDefined(m.Value) {
		return strconv.Itoa(int(m.Value))
	}
	return formatFigure(m.Value)
}

func formatInterval(e statistic.Estimate) string {
	if !isDefined(e.Low) {
		return ""
	}
	return fmt.Sprintf("%.3f to %.3f", e.Low, e.High)
}

// short cuts a name to n characters; the last character of a cut name is an ellipsis.
func short(name string, n int) string {
	if r := []rune(name); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return name
}

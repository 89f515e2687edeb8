package evaluate

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"path/filepath"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// Options configure an evaluation. List, Weights, Work and OpenFinder are required.
type Options struct {
	List       string          // TSV file or folder, see dataset.ReadList
	Weights    []*weights.File // each clip is scored by the first not trained on its source
	Work       string          // work folder; its folder clips holds the cache
	Jobs       int             // number of workers that decode clips
	Seed       uint64          // of all random choices; 0 is dataset.DefaultSeed
	NoReencode bool            // leave out the measures that need clips to be re-encoded
	Trained    bool            // also measure the clips of sources trained on
	Tool       string          // name and version of the program, for the report
	OpenFinder func() (video.Finder, error)
	Log        func(format string, args ...any)
	Progress   func(stage string, done, total int) // calls do not overlap; may be nil
}

// A Measure is one figure with its 95 % interval. Value is NaN if the list or the weights cannot
// give a figure; Reason then says why. Low and High are NaN if there is no interval.
type Measure struct {
	Name         string
	N            int // number of clips or trials measured
	Inconclusive int // number of clips with too little speech with a visible mouth
	Reason       string
	Count        bool // the value is a number of clips
	statistic.Estimate
}

// noClips returns the reason for a figure that is missing because the list has no clips of a
// kind.
func (m *measurement) noClips(kind string) string {
	return "no " + kind + " of a source that " + m.sourceClause
}

// withReason returns the measure without a value, for a reason.
func (m Measure) withReason(reason string) Measure {
	m.Reason, m.Estimate = reason, statistic.Unmeasured()
	return m
}

// noThresholds is the reason for a missing figure on verdicts.
const noThresholds = "the weights hold no thresholds"

// noRatios is the reason for a missing figure on likelihood ratios.
const noRatios = "the weights hold no likelihood ratios"

// An InconclusiveClip is a clip that could not be judged.
type InconclusiveClip struct {
	dataset.Clip
	Trained bool
	Reason  string
	frames  int
}

// An Evaluation is the result of Run.
type Evaluation struct {
	Tool, List    string
	Fingerprints  []string // of the weights
	Seed          uint64
	Clips, Unseen int       // number of clips listed, and of those of unseen sources
	Measures      []Measure // of unseen sources
	Trained       []Measure // of sources trained on; nil without Options.Trained
	Ladder        []Rung    // of unseen sources
	Groups        []Group
	Coverage      []Coverage // by source; the last is the total
	Inconclusive  []InconclusiveClip
}

// A measurement takes the measures of one set of clips: those of unseen sources, or those of
// sources trained on.
type measurement struct {
	subjects     []*subject
	unusable     []InconclusiveClip
	sourceClause string // end of the phrase "a source that …"
	calibrated   bool
	seed         uint64
	progress     func(stage string, done, total int)

	// segmentRatios holds log10 of the likelihood ratio of the most suspect second of clips,
	// spliced (positive) and genuine. It is filled by splices.
	segmentRatios []statistic.Observation
	// changeRatios holds log10 of the likelihood ratio of a voice change, of clips with a
	// spliced impostor voice (positive) and genuine clips. It is filled by changes.
	changeRatios []statistic.Observation

	noReencode bool
	cache      string // folder of cached samples
	finder     func() (video.Finder, error)
}

// rng returns random numbers that depend only on the seed and a name.
func (m *measurement) rng(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(m.seed, h.Sum64()))
}

// genuine returns the genuine clips of at least least frames that have a mismatch logit, and the
// number of those that have none.
func (m *measurement) genuine(least int) (clips []*subject, inconclusive int) {
	for _, s := range m.subjects {
		if s.Label != dataset.Real || s.frames < least {
			continue
		}
		if s.own.scored() {
			clips = append(clips, s)
		} else {
			inconclusive++
		}
	}
	for _, l := range m.unusable {
		if l.Label == dataset.Real && l.frames >= least {
			inconclusive++
		}
	}
	return clips, inconclusive
}

// Protocol returns the definitions of the measures, one line each, as printed below every table.
func Protocol() []string {
	return []string{
		"measures count only clips of sources that the weights were not trained on; n is the number of clips, unless stated otherwise.",
		"several weights: each clip is scored by the first that were not trained on its source, with the thresholds of those weights; scores are ranked together on the scale of their likelihood ratios.",
		"score: mismatch logit (fusion of head and likeness) over the frames with speech and a readable mouth of the main face track, after the lag is removed; clips with less than 1 s of such frames are inconclusive: counted and listed.",
		fmt.Sprintf("swap_auc: genuine clips of 3 s or more, with their own sound against that of up to %d such clips of other sources, cut or padded with silence to the same length.", swapsPerClip),
		fmt.Sprintf("shift_auc: genuine clips of 3 s or more with speech in at least half of the frames, against the same with the sound shifted by whole frames either way; ranked by the highest likeness at a lag of up to %d frames minus the highest at any other lag up to %d. Lags as published are left in. It measures the precision of alignment, not verdicts.", PublishedLag-1, shiftSearch),
		"lag_within: genuine clips of 2 s or more whose lag is found within 1 or 2 frames of 0. lag_difference_within_1: shifts of their sound by 5 and 10 frames either way after which the lag found changes by the shift, within 1 frame.",
		fmt.Sprintf("shift_verdict_changes, shift_score_difference: genuine clips of 3 s or more, at most %d, with the sound or the picture delayed by up to 15 frames as by a container, nothing cut off: number of clips whose verdict or band changes, and largest change of the mean mismatch.", invarianceClips),
		"splice_ap: 1 s of speech of genuine clips of 3 s or more replaced by 1 s of an impostor's, with a cross-fade of 20 ms; average precision of the proposed intervals of sound over all these clips, spliced and genuine, at an intersection over union of 0.5 and 0.75. Proposals have the boundaries of segments, moved by the lag. speaker_auc: distance of the voice in that second from that in the rest of the clip, replaced against original.",
		extentProtocol(),
		"dubbed_auc: dubbed against genuine clips, by the score. fake_auc: generated mouths against genuine clips, by mouth motion, outline and pictures (mean logit over windows of 2 s), because generated mouths often fit the voice better than real ones. within_source: mean over the sources that have both.",
		"v_accuracy, av_accuracy, av_minus_v_accuracy: genuine clips of 3 s or more, the same with an impostor voice, and clips with a generated mouth; balanced accuracy at a likelihood ratio of 1, by mouth motion without the sound (v), by mouth motion and mismatch (av), and the difference. n counts all of these.",
		"reencode_auc_loss: swap_auc before minus after re-encoding of the clips: 240p, CRF 35, sound at 24 kbit/s; _360p: CRF 30, 48 kbit/s; _half_rate: 12.5 pictures/s; _noise_10db: white noise 10 dB below the speech. Smaller pictures are not enlarged.",
		"false_alarm_moderate: genuine clips with a score called suspect (moderate or strong).",
		longProtocol(),
		"voice_change_auc: genuine clips of 3 s or more with 0.8 s of speech before and after some frame, against the same with the voice of a clip of another source from about the middle on, and with such a voice for 1 to 3 s, joined without a cross-fade; by the greatest voice change. within_source: impostors of the same source, mean over sources; two clips of a source may share a speaker. voice_change_false_lr10: genuine clips of these with a likelihood ratio of 10 or more.",
		overlapProtocol(),
		"mismatch_cllr, part_cllr, motion_cllr, change_cllr: cost of the likelihood ratios in bits: 0 for perfect ratios, 1 for no information, above 1 for misleading ones; genuine clips of 3 s or more against the same with an impostor voice; the most suspect second of such clips, genuine against spliced; genuine against generated mouths; and the clips of voice_change_auc. The ladder counts both classes by likelihood ratio.",
		fmt.Sprintf("intervals: 95 %%. Shares: Wilson over clips. Others: %d bootstrap draws of whole sources, or of clips in a class with fewer than %d sources; of clips for within_source, accuracies and reencode_auc_loss.", statistic.Rounds, statistic.FewestSources),
	}
}

// Run measures weights on a list of clips, see Protocol. Each clip is embedded once, with its
// main face track. All random choices follow from the seed, the name of the measure and the
// list, so the same call gives the same figures.
func Run(ctx context.Context, o Options) (*Evaluation, error) {
	o.setDefaults()
	clips, err := dataset.ReadList(o.List)
	if err != nil {
		return nil, err
	}
	out := &Evaluation{Tool: o.Tool, List: filepath.Base(o.List), Seed: o.Seed, Clips: len(clips)}
	unseen := &measurement{sourceClause: "the weights were not trained on", calibrated: true, seed: o.Seed, progress: o.Progress}
	var models []*model
	for _, w := range o.Weights {
		x, err := newModel(w)
		if err != nil {
			return nil, err
		}
		defer x.runner.Close()
		models = append(models, x)
		out.Fingerprints = append(out.Fingerprints, w.Fingerprint())
		unseen.calibrated = unseen.calibrated && len(w.Calibration) > 0
	}
	trained := &measurement{sourceClause: "the weights were trained on", calibrated: unseen.calibrated, seed: o.Seed, progress: o.Progress}
	for _, m := range []*measurement{unseen, trained} {
		m.cache, m.finder, m.noReencode = filepath.Join(o.Work, "clips"), o.OpenFinder, o.NoReencode
	}
	d := clipReader{Options: &o, models: models, evaluation: out, unseen: unseen, trained: trained, coverage: coverages{}}
	if err := d.run(ctx, clips); err != nil {
		return nil, err
	}
	if out.Measures, err = unseen.takeAll(ctx); err != nil {
		return nil, err
	}
	if o.Trained {
		if out.Trained, err = trained.takeAll(ctx); err != nil {
			return nil, err
		}
	}
	more, ladder, err := unseen.calibrations(ctx)
	if err != nil {
		return nil, err
	}
	out.Measures, out.Ladder = append(out.Measures, more...), ladder
	out.Groups = append(unseen.groups(false), trained.groups(true)...)
	return out, nil
}

func (o *Options) setDefaults() {
	if o.Seed == 0 {
		o.Seed = dataset.DefaultSeed
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
}

// takeAll takes all measures except those of calibrations.
func (m *measurement) takeAll(ctx context.Context) ([]Measure, error) {
	swap, err := m.swap(ctx)
	if err != nil {
		return nil, err
	}
	out := []Measure{swap}
	for _, take := range []func(context.Context) ([]Measure, error){m.shifts, m.lags, m.splices, m.extents} {
		more, err := take(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	out = append(out, m.aucAgainstGenuine("fake_auc", dataset.Fake, byMotion), m.aucWithinSources("fake_auc_within_source", dataset.Fake, byMotion),
		m.aucAgainstGenuine("dubbed_auc", dataset.Dubbed, byMismatch), m.falseAlarms())
	for _, take := range []func(context.Context) ([]Measure, error){m.longFiles, m.modalities, m.reencodeLosses, m.invariance, m.voiceMeasures} {
		more, err := take(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// byMismatch and byMotion return the scores by which clips are ranked, see
// [verdict.LRScale.Rank]; NaN if there is none.
func byMismatch(o *outcome) float64 { return o.model.scales.Mismatch.Rank(o.logit) }
func byMotion(o *outcome) float64   { return o.model.scales.Motion.Rank(o.motion) }

// scoreOf returns the score that separates clips of a label from genuine ones: mouth motion for
// generated mouths, which often fit the voice better than real ones do; mismatch for the rest.
func scoreOf(label string) func(*outcome) float64 {
	if label == dataset.Fake {
		return byMotion
	}
	return byMismatch
}

// aucAgainstGenuine measures the area under the ROC curve between the clips of a label and
// genuine ones.
func (m *measurement) aucAgainstGenuine(name, label string, by func(*outcome) float64) Measure {
	out := Measure{Name: name}
	obs, inconclusive := m.observeLabel(label, func(s *subject) float64 { return by(s.own) })
	out.N, out.Inconclusive = len(obs), inconclusive
	switch yes, no := statistic.Classes(obs); {
	case len(yes) == 0:
		return out.withReason(m.noClips("clip labelled " + label + " with a score"))
	case len(no) == 0:
		return out.withReason(m.noClips("clip labelled " + dataset.Real + " with a score"))
	}
	out.Estimate = statistic.ROCArea(m.rng(name), obs)
	return out
}

// observeLabel observes the score of the clips of a label, positive, and of the genuine ones,
// negative. It counts the clips of both without a score.
func (m *measurement) observeLabel(label string, by func(*subject) float64) (obs []statistic.Observation, inconclusive int) {
	for _, s := range m.subjects {
		if s.Label != label && s.Label != dataset.Real {
			continue
		}
		if score := by(s); isDefined(score) {
			obs = append(obs, s.observe(score, s.Label == label))
		} else {
			inconclusive++
		}
	}
	for _, l := range m.unusable {
		if l.Label == label || l.Label == dataset.Real {
			inconclusive++
		}
	}
	return obs, inconclusive
}

// aucWithinSources returns the mean over sources of the area under the ROC curve between a label
// and genuine clips of one source.
func (m *measurement) aucWithinSources(name, label string, by func(*outcome) float64) Measure {
	out := Measure{Name: name}
	bySource := map[string][]statistic.Observation{}
	var order []string
	for _, s := range m.subjects {
		if score := by(s.own); (s.Label == label || s.Label == dataset.Real) && isDefined(score) {
			if bySource[s.Source] == nil {
				order = append(order, s.Source)
			}
			bySource[s.Source] = append(bySource[s.Source], s.observe(score, s.Label == label))
		}
	}
	var groups [][]statistic.Observation
	for _, source := range order {
		if pos, neg := statistic.Classes(bySource[source]); len(pos) > 0 && len(neg) > 0 {
			groups = append(groups, bySource[source])
			out.N += len(bySource[source])
		}
	}
	if len(groups) == 0 {
		return out.withReason(fmt.Sprintf("no source that %s has both %s and genuine clips", m.sourceClause, label))
	}
	out.Estimate = statistic.ROCAreaWithin(m.rng(name), groups)
	return out
}

// falseAlarms measures the share of genuine clips called suspect, moderate or strong.
func (m *measurement) falseAlarms() Measure {
	out := Measure{Name: "false_alarm_moderate", Estimate: statistic.Unmeasured()}
	clips, inconclusive := m.genuine(0)
	out.N, out.Inconclusive = len(clips), inconclusive
	var alarms float64
	for _, s := range clips {
		if s.own.isAlarm() {
			alarms++
		}
	}
	switch {
	case !m.calibrated:
		return out.withReason(noThresholds)
	case len(clips) == 0:
		return out.withReason(m.noClips("genuine clip with a score"))
	}
	out.Estimate = statistic.Share(alarms, len(clips))
	return out
}

// isDefined reports whether x is not NaN.
func isDefined(x float64) bool { return !math.IsNaN(x) }

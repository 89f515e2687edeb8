// Package verdict turns the scores of all frames into segments, verdicts and likelihood ratios.
//
// The package is pure Go without input or output: it reads no file, runs no network and needs no
// cgo. The same scores and thresholds give the same result, so thresholds can be changed without
// decoding a file again. [Decide] is its main function; reports are made of a [Result].
//
// # Terms
//
//   - A frame is 40 ms on the 25 frames/s time line of package video. [from, to) are the frames
//     from "from" to "to"-1.
//   - A track is one face through time. A [Score] is the record of one frame of one track.
//   - A frame is judged if it shows a usable mouth, moving lips and no frozen picture while the
//     sound holds speech. Only judged frames count. A judged frame is clean if its picture is
//     intact and only one person speaks.
//   - The mismatch of a frame is 0 if the voice fits this mouth and 1 if it does not. Its logit is
//     ln(p/(1-p)), bounded to ±MaxLogit. All logits and thresholds use the natural logarithm.
//   - The cues are the mismatch, the likeness, the cohort z, the overlapped speech and the voice
//     distance of [Score]. A fusion combines cues into one logit ([Fusions]).
//   - The suspicion of a frame is a logit that says how badly the second around it fits, relative
//     to the rest of the track ([Fusions.Suspicion]).
//   - An [Interval] is a run of suspicious frames. A candidate is an interval with a band. A
//     [Segment] is what a report lists. A [Band] is the strength of the evidence.
//   - A likelihood ratio compares two propositions; it is given as its common logarithm (LogLR).
//   - An impostor is a voice other than this mouth's own.
//
// # From scores to verdicts
//
// Decide takes these steps:
//
//	withoutOtherSpeakers     score.go         drop frames whose voice fits another track's mouth
//	notJudgedReason          inconclusive.go  is there enough to judge the track?
//	Fusions.TrackLogit       fusion.go        one logit for the whole track -> its verdict
//	Fusions.Suspicion        suspicion.go     one logit for each frame
//	FindIntervals, Grow      segments.go      runs of frames above a threshold (hysteresis)
//	Fusions.RefineBoundaries boundaries.go    exact start and end of each run (CUSUM)
//	findCandidates           segments.go      bands; thresholds rise with the length of the file
//	decideSegments           verdict.go       which candidates count -> segments
//	decideFile               verdict.go       tracks -> verdict of the file
//
// Afterwards [Result.SetLikelihoodRatios] adds likelihood ratios, [FindChange] finds where the
// voice of the file changes, [Result.MarkCutaways] weakens segments in which the picture may have
// cut away from the speaker, and [Result.OffsetBy] converts the times of a part to file times.
//
// # Where to look
//
//   - Where a segment starts and ends: RefineBoundaries in boundaries.go.
//   - What makes a track or a file inconclusive: inconclusive.go (not enough to judge, too few
//     clean frames, or segments with an innocent explanation). The names of the reasons: reason.go.
//   - A new cue needs, in this package, a field of [Score]; its sum in [Summary]; a term in
//     Fusions.Suspicion (for seconds) or in summaryLogit in fusion.go (for tracks); its
//     coefficients in calibration.go, whose zero value must have no effect. Elsewhere: package
//     score (value), store (form_track.go, form_thresholds.go), train (fit), report/csv.go.
package verdict

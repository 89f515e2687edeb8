package report

import (
	"github.com/deepcheck/deepcheck/detector/report/phrase"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// pageWords are the words that only the HTML page has.
type pageWords struct {
	// The player and its time line.
	PlayerTitle, CannotPlay string
	PlayerOf, TimeSlider    phrase.With1[string] // file
	Now, Previous, Next     string
	KeysHelp, OverviewHelp  string
	LaneFaces, LaneVoice    string

	// The threshold. ThresholdCount takes the suspect seconds, the number of segments and the
	// seconds judged. page.js fills it too.
	ThresholdTitle, ThresholdLabel, ThresholdReset string
	ThresholdDefault                               phrase.With1[string] // mismatch
	ThresholdCount                                 phrase.With3[string, int, string]
	ThresholdMeans                                 string

	// Lanes of a track.
	LaneSuspicion, LaneLag, LaneOpening, LaneMotion         string
	LaneChange, LegendChange                                string
	LaneOther, LegendOther, LaneTwo, LegendTwo              string
	LegendSuspicion, LegendLag, LegendOpening, LegendMotion string
	LagRange                                                phrase.With1[int] // milliseconds
	MoreTracks                                              phrase.With1[int] // number of tracks

	// Segments.
	GoTo                  phrase.With1[string] // time
	StillsHelp            string
	OpeningOf             phrase.With3[int, string, string] // track, start, end
	SpectrumOf, SoundFrom phrase.With2[string, string]      // start, end

	// Evidence.
	EvidenceTitle           string
	VoiceQuestion           string
	Propositions            []string
	MotionQuestion          string
	MotionPropositions      []string
	ChangeQuestion          string
	ChangePropositions      []string
	NoRatio, Scale          string
	Fitting, Unclear        string
	WeakWeighs, ModWeighs   string
	StrongWeighs, PriorOdds string

	// What was not analysed.
	NotTitle, NotHead, NotSeconds, NotShare string
	NotJudged, NotNoSpeech, NotNoFace       string
	NotNoMouth, NotSmall, NotTurned         string
	NotFrozen, NotIdle, NotOther            string
	Percent                                 phrase.With1[string]

	// The file's quality.
	QualityTitle, Container, Brand, Created, Writer, WriterMeans, Fragments, Cut string
	BitRate, BitsPerPixel, Announced                                             string
	C2PA, C2PAPresent, C2PAAbsent, C2PANotAttached, C2PADamaged, C2PAUnknown     string
	Encoders, EncodersMean, Handlers, HandlersMean, NoneFound, NotLookedFor, Yes string

	// The record. Threshold takes one of Names, ThresholdValue a mismatch and its logit.
	Machine, Command, CommandMeans, Key, Signature, Unsigned, SignatureMeans string
	Threshold                                                                phrase.With1[string]
	ThresholdValue                                                           phrase.With2[string, string]
	Names                                                                    map[string]string
}

func englishPage() *pageWords {
	return &pageWords{
		PlayerTitle:  "Look and listen",
		PlayerOf:     "Video of %s",
		CannotPlay:   "This browser cannot play the file, or it is no longer beside the report. The time line below works all the same; open the file in a player and go to the time shown.",
		Now:          "Time",
		Previous:     "previous suspect segment",
		Next:         "next suspect segment",
		KeysHelp:     "Click or tap a place to go there. Keys, with the time line in focus: left and right move by a second, with Shift by a frame; Home and End; Space plays.",
		LaneFaces:    "faces",
		LaneVoice:    "speech",
		OverviewHelp: "One bar for each face track, over the length of the file. The line in it is the smoothed mismatch, from 0 at the bottom to 1 at the top; shaded and framed: suspect segments; a bar with a broken edge could not be judged.",
		TimeSlider:   "Time in %s",

		ThresholdTitle:   "What if the threshold were different",
		ThresholdLabel:   "Threshold of the smoothed mismatch:",
		ThresholdDefault: "default %s",
		ThresholdReset:   "back to the default",
		ThresholdCount:   "%s s at or above it (intervals: %d), of %s s judged",
		ThresholdMeans:   "The slider recounts on this page only: verdict, listed segments, record and signature are those of the default. It counts intervals of 0.4 s or more in which the mismatch, over a second and against what is usual for the track, stays at or above the threshold. A listed segment can be longer: it extends while that mismatch is at least half as high, and single frames determine its ends. Whether a whole track is suspect is judged by its mean and does not show here.",

		LaneSuspicion:   "mismatch",
		LaneLag:         "lag, ms",
		LaneOpening:     "mouth open",
		LegendSuspicion: "Bold line: mismatch over a second, less a part of what is usual for the track; the highest where several frames share one place. Segments are found by this line and extend while it is at least half as high; single frames determine their ends. Broken line: the threshold.",
		LegendLag:       "Lag lane: lag of the sound, each stroke measured on the 2 s around it; above the middle the sound is late. Thin strokes: too unsure to be read.",
		LaneMotion:      "mouth motion",
		LegendMotion:    "Mouth-motion lane, a weak test: how the outline of lips and jaw moves and the pictures of the mouth change in 2 s, one bar a second, whatever the voice says; up: more like a generated mouth, down: more like a filmed one. Single bars mean almost nothing, and no verdict rests on them.",
		LaneChange:      "voice change",
		LegendChange:    "Voice-change lane, apart from the verdict: how much the voice of up to 1.5 s of speech before a point differs from that of up to 1.5 s after it, whatever the picture shows; upright lines: points that stand out, with a likelihood ratio of 10 or more. An edit, speakers who take turns or another microphone change it too.",
		LaneOther:       "other voice",
		LegendOther:     "Other-voice lane: by its sound alone, whether the second around a point is in the voice that fits this mouth in the rest of the track; up: another voice, down: the same voice, at the edges a likelihood ratio of 100. Evidence for another voice counts against a second; evidence for the same voice does not count for it.",
		LaneTwo:         "two at once",
		LegendTwo:       "Bar in the two-at-once lane: two or more people seem to speak at once; a voice that does not fit there is no evidence.",
		LegendOpening:   "Mouth-open lane: how far the lips are open; its full height is the widest of the track.",
		LagRange:        "±%d",
		MoreTracks:      "Further tracks, not drawn: %d. The JSON and CSV reports have them all.",

		GoTo:       "go to %s",
		StillsHelp: "Mouths, evenly spaced, above the opening of the lips and the sound that belongs to them (log-mel spectrogram, low tones at the bottom; the lag is taken out). Upright lines mark the times of the mouths. Where lips close for p, b or m, the sound should pause; where they open, it should grow.",
		OpeningOf:  "Opening of the lips of track %d, %s to %s",
		SpectrumOf: "Spectrogram of the sound, %s to %s",
		SoundFrom:  "sound %s to %s, 60 Hz – 7.6 kHz",

		EvidenceTitle:  "Evidence",
		VoiceQuestion:  "Does this voice come from this mouth?",
		MotionQuestion: "Signs of a generated mouth (weak test)",
		MotionPropositions: []string{
			"C: the mouth was filmed as it moved.",
			"D: it was generated.",
		},
		ChangeQuestion: "Does the voice change while the face stays? (apart from the verdict)",
		ChangePropositions: []string{
			"E: one voice speaks throughout, in one recording.",
			"F: another voice, or another recording, speaks in a part of the file.",
		},
		NoRatio: "No likelihood ratio: too little was judged, or these weights have no scale for it.",
		Scale: "The words are those of the European Network of Forensic Science Institutes (ENFSI, 2015), by how many times more probable the numbers are under one proposition than under the other: " +
			"below 2 no support; from 2 weak support; from 10 moderate support; from 100 moderately strong support; from 1,000 strong support; from 10,000 very strong support; from 1,000,000 extremely strong support. " +
			"The ratios are fitted on a few dozen clips and never exceed what so small a number can support.",
		Propositions: []string{
			"A: the voice that is heard was spoken by the mouth that is seen, at this moment.",
			"B: it was not: it was dubbed, replaced, moved in time, made by a machine, or belongs to somebody out of the picture.",
		},
		Fitting:      "The numbers are as expected under A. They support A rather than B, and say nothing about other ways to alter a picture.",
		Unclear:      "The numbers are too few to support either.",
		WeakWeighs:   "Band weak: the numbers support B rather than A. They are higher than those of 99 of 100 genuine clips on which the thresholds were set; people whom the training never saw score higher than those.",
		ModWeighs:    "Band moderate: the numbers support B rather than A. They are well above weak: at least half way to the median of clips whose voice was replaced, with a likelihood ratio of 10 or more.",
		StrongWeighs: "Band strong: the numbers support B rather than A. They are as high as the median of clips whose voice was replaced, or higher.",
		PriorOdds:    "How probable A or B is also depends on what else is known about the recording; that is for the reader to weigh, and no number here states it.",

		NotTitle:    "Not analysed, and why",
		NotHead:     "part of the file",
		NotSeconds:  "seconds",
		NotShare:    "share",
		NotJudged:   "judged: speech, and a mouth seen well enough",
		NotNoSpeech: "nobody speaks",
		NotNoFace:   "somebody speaks, no face was found",
		NotNoMouth:  "somebody speaks, the mouth is hidden or was lost",
		NotSmall:    "somebody speaks, the face is too small to read the mouth",
		NotTurned:   "somebody speaks, the face is turned too far to the side",
		NotFrozen:   "the picture is frozen",
		NotIdle:     "somebody speaks, these lips do not move",
		Percent:     "%s %%",
		NotOther:    "somebody speaks, not judged for another reason",

		QualityTitle:    "The file and its quality",
		Container:       "container",
		Brand:           "brand",
		Created:         "created, as the file says",
		Writer:          "written by, as the file says",
		WriterMeans:     "The program that put the file together. A name such as Lavf means that it went through FFmpeg once; not whether its contents were changed.",
		Fragments:       "fragments",
		Cut:             "cut off at the end",
		BitRate:         "bit rate",
		BitsPerPixel:    "bits a pixel",
		Announced:       "length announced",
		C2PA:            "C2PA manifest",
		C2PAPresent:     "present; its signature was not checked here",
		C2PAAbsent:      "absent: the file was read to its end and holds none",
		C2PADamaged:     "a box for one, but no manifest in it",
		C2PANotAttached: "absent: the file was read to its end, and no attachment is a manifest; this kind of file has no other place that was searched",
		C2PAUnknown:     "not known: the file could not be read to its end",
		Encoders:        "encoder marks",
		EncodersMean:    "What encoders wrote of themselves into the tracks. Such marks can be removed or copied, and do not say whether the contents were changed.",
		Handlers:        "names of the tracks",
		HandlersMean:    "Programs that pass tracks on often keep the names that others gave them.",
		NoneFound:       "none found",
		NotLookedFor:    "not looked for in this kind of file",
		Yes:             "yes",

		Machine:        "machine",
		Command:        "command",
		CommandMeans:   "What repeats the result; flags that cannot change it are left out.",
		Threshold:      "thresholds: %s",
		ThresholdValue: "%s (%s logit)",
		Key:            "signed with key",
		Signature:      "signature",
		Unsigned:       "not signed",
		SignatureMeans: "deepcheck verify REPORT FILE checks whether this report was changed and belongs to a file.",
		Names: map[string]string{
			"track_weak": "whole track, weak", "track_moderate": "whole track, moderate", "track_strong": "whole track, strong",
			"part_weak": "a second, weak", "part_moderate": "a second, moderate", "part_strong": "a second, strong",
		},
	}
}

// weighs returns what the evidence of a file supports, nil if there is none.
func (w *pageWords) weighs(f *File) []string {
	if f.failed() {
		return nil
	}
	var say string
	switch f.Result.Verdict {
	case verdict.Consistent:
		say = w.Fitting
	case verdict.Suspect:
		say = map[verdict.Band]string{verdict.Weak: w.WeakWeighs, verdict.Moderate: w.ModWeighs, verdict.Strong: w.StrongWeighs}[f.Result.Band]
	default:
		say = w.Unclear
	}
	if say == "" {
		return nil
	}
	return []string{say}
}

package report

import (
	"github.com/deepcheck/deepcheck/detector/report/phrase"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// words holds every text that people read in a report except errors and warnings, which are
// shown unchanged; those of reasons and of the ENFSI scale are in package verdict, behind Reason
// and Verbal. A translation is another value of this type. The type of a text lists the
// types of its arguments; the comment after the field names them.
type words struct {
	Lang string // of the HTML page

	// The verdicts, and a sentence on each. FailedMeans takes the error.
	Consistent, Suspect, Inconclusive, Failed                 string
	ConsistentMeans, SuspectMeans, InconclusiveMeans, Unnamed string
	FailedMeans                                               phrase.With1[string]

	// The bands of suspect, and a sentence on each.
	Weak, Moderate, Strong                string
	WeakMeans, ModerateMeans, StrongMeans string
	CannotTell                            string
	Banded                                phrase.With2[string, string] // verdict, band

	// A sentence on a reason, and the word for the size of a likelihood ratio.
	Reason func(verdict.Reason) string
	Verbal func(log10LR float64) string

	// The data behind the verdict.
	//
	// RestsOn takes the seconds judged, the seconds of speech, AFile or APart, and its
	// seconds; RestsNone takes the same without the first.
	RestsOn      phrase.With4[string, string, string, string]
	RestsNone    phrase.With3[string, string, string]
	AFile, APart string

	PartOnly           phrase.With1[string]   // interval
	OtherTracks        phrase.With2[int, int] // number of the sound track, number of sound tracks
	MixedChannels      phrase.With1[int]      // number of channels
	Frozen             phrase.With1[string]   // seconds
	Idle               phrase.With1[string]   // seconds
	BelowFileThreshold phrase.With1[string]   // intervals
	OverlappedSpeech   phrase.With1[string]   // intervals
	Damaged            string
	Cutaways           phrase.With1[string]      // several CutawayFrom
	CutawayFrom        phrase.With2[string, int] // interval, track

	// Likelihood ratios.
	TimesMore     phrase.With4[string, string, string, string] // ratio, two propositions, Verbal
	VoiceWeighs   phrase.With2[int, string]                    // track, TimesMore
	SegmentWeighs phrase.With4[string, string, int, string]    // start, end, track, TimesMore
	SegmentVoice  phrase.With1[string]                         // TimesMore

	// Track, TimesMore, windows, logit of the outline, logit of the pictures.
	MotionWeighs phrase.With5[int, string, int, float64, float64]

	TrackAveragesOnly, TrackAverages     string
	SegmentSelected, OtherVoiceInSegment string
	AnotherSpeaks, SameSpeaks            string
	SegmentSameVoice                     string
	OthersVoice, OwnVoice                string
	GeneratedMouth, FilmedMouth          string

	// A change of voice.
	ChangeWeighs               phrase.With1[string]      // TimesMore
	ChangeAt                   phrase.With1[string]      // several WhileFace or WhileNoFace
	WhileFace                  phrase.With2[string, int] // time, track
	WhileNoFace                phrase.With1[string]      // time
	ChangeMore                 phrase.With1[int]         // further change points
	ChangeNowhere              string
	ChangeInnocent             string
	OtherVoiceInPart, OneVoice string

	// The lag. LagSure takes LagLate, LagEarly or LagNone, and the confidence; LagSentence
	// takes the track between the two.
	LagLate, LagEarly             phrase.With1[string] // milliseconds
	LagNone, LagUnknown           string
	LagSure                       phrase.With2[string, string]
	LagSentence                   phrase.With3[string, int, string]
	LagMoves                      phrase.With2[string, string] // least and greatest milliseconds
	LagUnnoticed, LagNoticed      string
	LagUnacceptable               string
	LagUnsure, LagMeans, LagIsNot string

	// Titles.
	Title, SegmentsTitle, CurvesTitle, LagTitle string
	NotJudgedTracks                             phrase.With1[int] // number of tracks

	// Labels.
	Segments, Tracks, Lag, Warnings, WarningLabel, Media, Hash, Size string
	ToolLabel, Commit, GoVersion, Weights, Fingerprint, Options      string
	Time, Record, Length                                             string

	// Values. Counts takes the numbers of files, of suspect, consistent and inconclusive
	// files, and of errors.
	Unknown, NoOptions             string
	NoPicture, NoSound, Interlaced string
	NoFiles, NoSegments            string
	NoPartStandsOut                string
	Counts                         phrase.With5[int, int, int, int, int]
	ToolCommit                     phrase.With2[string, string] // tool, commit
	Bytes                          phrase.With1[int64]
	Seconds, BitRate               phrase.With1[string]
	SoundTrack, Channel            phrase.With2[int, int] // number of one, number of all
	Rotated                        phrase.With1[int]      // degrees
	Announced, FramesASecond       phrase.With1[string]   // seconds; frames/s

	// Tracks and segments. Interval takes two times.
	Interval     phrase.With2[string, string]
	TrackName    phrase.With2[int, string]                 // track, interval
	TrackIs      phrase.With2[string, string]              // TrackName, verdict or reasons
	TrackLine    phrase.With3[int, string, string]         // track, interval, verdict
	SegmentLine  phrase.With4[string, int, string, string] // interval, track, band, mean mismatch
	Score        phrase.With1[string]
	JudgedFrames phrase.With1[int]
	MoreStills   phrase.With1[int]                 // number of segments
	MoreTracks   phrase.With2[int, string]         // number of tracks, verdict
	MouthAt      phrase.With1[string]              // time
	MouthsOf     phrase.With3[int, string, string] // track, start, end
	MarkName     phrase.With1[string]              // verdict
	MarkNote     phrase.With3[int, string, string] // track, mean mismatch, CannotTell

	// The curve. CurveOf takes track, start and end.
	CurveOf                                                phrase.With3[int, string, string]
	AxisFits, AxisMisfits, LaneMouth, LaneSpeech           string
	LegendCurve, LegendThinned, LegendSegment, LegendMouth string
	LegendUnjudged, LegendSpeechNone                       string

	// The meaning of the number, and the limits of the method.
	MeansTitle, BlindTitle, MeansShort string
	Means, Blind                       []string

	Page  *pageWords  // only in the HTML page
	Sweep *sweepWords // only in the overview
}

// english returns the English texts. There is no other language.
func english() *words {
	return &words{
		Lang:  "en",
		Page:  englishPage(),
		Sweep: englishSweep(),

		Consistent:   "consistent",
		Suspect:      "suspect",
		Inconclusive: "inconclusive",
		Failed:       "error",
		Unnamed:      "no verdict",

		ConsistentMeans:   "The voice fits a mouth in the picture.",
		SuspectMeans:      "The voice does not fit the mouth.",
		InconclusiveMeans: "Not enough to judge.",
		FailedMeans:       "The file could not be judged: %s.",

		Weak:          "weak",
		Moderate:      "moderate",
		Strong:        "strong",
		WeakMeans:     "The evidence is weak: the mismatch is a little larger than usual in genuine video.",
		ModerateMeans: "The evidence is moderate: the mismatch is clearly larger than usual in genuine video.",
		StrongMeans:   "The evidence is strong: mismatch this large is rare in genuine video.",
		Banded:        "%s, %s",
		CannotTell:    "This can be a dub, a voice-over or a forgery; this method cannot tell which.",

		Reason: verdict.Reason.String,
		Verbal: verdict.Verbal,

		RestsOn:            "Judged: %s s with speech and a visible mouth, of %s s of speech in a %s of %s s.",
		AFile:              "file",
		APart:              "part",
		PartOnly:           "This covers only the part from %s and says nothing about the rest of the file. A part that was chosen because of a scan of the whole file proves no more than that scan.",
		OtherTracks:        "This is sound track %d of %d; deepcheck scan --sound-track selects another.",
		MixedChannels:      "Its %d channels were mixed, which can drown a voice or cancel it; deepcheck scan --sound-channel selects one.",
		Frozen:             "In %s s somebody speaks while the picture is frozen, as in a call over a bad line: these are not judged, because a frozen picture does not show the mouth at that time.",
		Idle:               "In %s s somebody speaks while the lips in the picture do not move: these are not judged, because the speaker may not be in the picture.",
		Cutaways:           "The voice continues across a cut from a mouth that it fits: %s. An interview that cuts away from the speaker looks like this, but so do spliced words in a cloned voice: such segments are rated weak.",
		Damaged:            "The file is damaged, see the warnings: where pictures or sound are lost, a genuine voice can seem not to fit.",
		BelowFileThreshold: "Fits worst, but no worse than chance alone gives in a file of this length: %s.",
		OverlappedSpeech:   "Does not fit, but two or more people seem to speak at once most of that time. A mouth's own voice then fits less, so this is no evidence: %s.",
		CutawayFrom:        "%s, from track %d",
		RestsNone:          "Judged: nothing, as no frame has speech and a mouth seen well enough (%s s of speech in a %s of %s s).",

		LagLate:         "the sound is %s ms late",
		LagEarly:        "the sound is %s ms early",
		LagNone:         "the sound is on time",
		LagUnknown:      "lag not measured",
		LagSure:         "%s (confidence %s)",
		LagSentence:     "On track %[2]d %[1]s (confidence %[3]s).",
		LagMoves:        "It moves along the track, from %s to %s ms (below 0: early), as if clocks differed or a stream had stalled; every frame is compared at its own lag.",
		LagUnnoticed:    "By ITU-R BT.1359 viewers do not notice this (limits of detectability: 45 ms early, 125 ms late).",
		LagNoticed:      "By ITU-R BT.1359 viewers can notice this but accept it (limits of acceptability: 90 ms early, 185 ms late).",
		LagUnacceptable: "By ITU-R BT.1359 this is beyond what viewers accept (limits of acceptability: 90 ms early, 185 ms late).",
		LagUnsure:       "The confidence is too low to compare it with the limits of ITU-R BT.1359.",
		LagIsNot:        "A constant lag is a technical fact, no evidence of forgery; it is removed before the comparison.",
		LagMeans:        "Lag is how much later the sound comes than the mouth moves.",

		Title:           "deepcheck scan report",
		SegmentsTitle:   "Suspect segments",
		CurvesTitle:     "Mismatch over time",
		LagTitle:        "Lag of the sound",
		NotJudgedTracks: "Tracks that could not be judged (%d)",

		Segments:            "segments",
		Tracks:              "tracks",
		Lag:                 "lag",
		Warnings:            "warning",
		WarningLabel:        "Warning:",
		Media:               "media",
		Hash:                "SHA-256",
		Size:                "size",
		Bytes:               "%d bytes",
		Seconds:             "%s s",
		BitRate:             "%s kbit/s",
		ToolLabel:           "tool",
		ToolCommit:          "%s, commit %s",
		Commit:              "commit",
		GoVersion:           "Go",
		Weights:             "weights",
		Fingerprint:         "weights fingerprint",
		Options:             "options",
		NoOptions:           "none",
		Time:                "started",
		Record:              "Record",
		Length:              "length",
		Unknown:             "unknown",
		NoPicture:           "no picture",
		NoSound:             "no sound",
		Interlaced:          "interlaced",
		SoundTrack:          "sound track %d of %d",
		Channel:             "channel %d of %d alone",
		NoFiles:             "No files were scanned.",
		NoSegments:          "No passage stands out.",
		NoPartStandsOut:     "The clip as a whole is suspect; no passage stands out from the rest.",
		Counts:              "Files: %d. Suspect: %d, consistent: %d, inconclusive: %d, errors: %d.",
		VoiceWeighs:         "Voice against mouth, track %d as a whole: %s",
		TrackAveragesOnly:   "This ratio averages the whole track, so a short replaced passage may not show; the suspect segments are judged separately and have no ratio of their own.",
		MotionWeighs:        "How the mouth moves, track %d: %s Over %d windows of 2 s, the outline of lips and jaw gives %+.1f and the change of the pictures %+.1f (natural logarithms of odds; above 0: more like a generated mouth). This is weak evidence on its own, and no verdict rests on it.",
		ChangeWeighs:        "Whether the voice changes, by its sound alone: %s",
		ChangeAt:            "It stands out at %s.",
		ChangeMore:          "and at %d more points",
		WhileFace:           "%s while the face of track %d stays in the picture",
		WhileNoFace:         "%s while no face stays in the picture",
		ChangeNowhere:       "No point stands out. No verdict rests on this.",
		ChangeInnocent:      "An edit of the recording, speakers who take turns off screen, another microphone or a shout change it too, and no verdict rests on it. The ratio is that of the strongest point and was fitted on clips of a few seconds: in a long file chance has more occasions.",
		TrackAverages:       "This ratio averages the whole track, so a short replaced passage may not show.",
		SegmentWeighs:       "The segment from %s to %s, track %d: %s",
		SegmentSelected:     "It is the most suspect segment of its track. The ratio was fitted on the most suspect segments of clips of a few seconds; a long file gives chance more occasions, and the band allows for them.",
		OtherVoiceInSegment: "the voice in it is somebody else's",
		SegmentVoice:        "By its sound alone, compared with the rest of the track, %s",
		AnotherSpeaks:       "somebody else speaks in it",
		SameSpeaks:          "it is the same person",
		SegmentSameVoice:    "This neither counts against the segment nor clears it: words of the same person may have been spliced in.",
		TimesMore:           "the numbers are %s times more probable if %s than if %s: %s (ENFSI scale).",
		OthersVoice:         "the voice is somebody else's",
		OwnVoice:            "it is this mouth's own",
		GeneratedMouth:      "the mouth was generated",
		FilmedMouth:         "it was filmed",

		OtherVoiceInPart: "another voice speaks in a part of the file",
		OneVoice:         "one voice speaks throughout",

		Interval:     "%s to %s",
		TrackName:    "track %d, %s",
		TrackIs:      "%s: %s",
		TrackLine:    "%d, %s: %s",
		SegmentLine:  "%s, track %d, %s, mean mismatch %s",
		Score:        "score as a whole %s",
		MarkName:     "deepcheck: %s",
		MarkNote:     "track %d, mean mismatch %s. %s",
		JudgedFrames: "%d frames judged",
		MoreStills:   "Mouths are shown for the strongest segments only; left out here: %d.",
		MoreTracks:   "and %d more %s",
		Rotated:      "turned by %d degrees",
		Announced:    "%s s announced",

		FramesASecond: "%s pictures/s",
		MouthAt:       "mouth at %s",
		MouthsOf:      "Mouths of track %d, %s to %s",

		CurveOf:          "Mismatch of track %d from %s to %s",
		AxisFits:         "0 fits",
		AxisMisfits:      "1 does not",
		LaneMouth:        "mouth",
		LaneSpeech:       "speech",
		LegendCurve:      "Line: mismatch of the judged frames.",
		LegendThinned:    "Band around the line: minimum to maximum where several frames share one place.",
		LegendSegment:    "Shaded and framed: suspect segment.",
		LegendMouth:      "Full bar in the mouth lane: no mouth seen.",
		LegendUnjudged:   "Half bar in the mouth lane: a mouth and speech, but not judged, such as where the mouth is too small or turned away.",
		LegendSpeechNone: "Bar in the speech lane: no speech.",

		MeansTitle: "What the number means",
		MeansShort: "Mismatch says how badly voice and mouth movement fit in a frame, from 0 (fits) to 1 (does not). It is not the probability " +
			"of a forgery. A dub, a voice-over or an off-screen speaker give high numbers too; a face swap that keeps the true voice gives low ones.",
		Means: []string{
			"Mismatch says how badly the movement of this mouth fits this voice in one frame: 0 fits, 1 does not. It counts only where there is speech and a mouth is seen.",
			"The score of a track sums it up for the whole track, together with how far the voice stands out at its own time among all other times of the track: a badly seen mouth resembles no voice, but its own voice still stands out. Neither is the probability that a video is forged.",
			"Single high frames mean little. A segment is marked where the numbers stay high for a while, sooner if the voice in it sounds like somebody else's than in the rest of the track.",
			"Consistent means that voice and mouth fit. It does not mean that the video is genuine.",
			"Inconclusive means that there was not enough to judge. It is not a mild form of suspect or of consistent.",
		},
		BlindTitle: "What this method cannot see",
		Blind: []string{
			"A dub, a voice-over and a forged voice look alike: the voice is not this mouth's. Only the history of the recording can tell which it is.",
			"A speaker outside the picture: the voice then fits no mouth in it, and nothing is wrong.",
			"A face swap that keeps the true voice and the true mouth movement fits, and is not found.",
			"Changes to the picture away from the mouth, and a forged voice that was synthesised to follow the mouth closely.",
		},
	}
}

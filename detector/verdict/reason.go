package verdict

// A Reason explains an inconclusive verdict, or says what a suspect verdict rests on. Its String
// is a plain sentence.
type Reason string

// The reasons. The codes are kept from earlier versions because reports and journals contain them.
const (
	// Not enough to judge, see notJudgedReason.
	NoFace        Reason = "no_face"        // no face was found
	FaceTooSmall  Reason = "face_too_small" // the face is smaller than MinEyeDist in most frames
	FaceTurned    Reason = "profile"        // the face is turned beyond MaxYaw in most frames
	NoSpeech      Reason = "no_speech"      // the sound holds no speech
	TooShort      Reason = "too_short"      // too little speech with a visible mouth
	NoSound       Reason = "no_sound"       // the file has no sound, or only digital silence
	LipsIdle      Reason = "speaker_absent" // idle lips, or another mouth fits, during speech
	FrozenPicture Reason = "frozen_picture" // the picture is frozen during speech

	// Suspect.
	WholeFile  Reason = "whole_clip"   // the voice does not fit in the whole track
	PartOfFile Reason = "part_of_clip" // the voice does not fit in the segments listed

	// The voice does not fit, but there may be an innocent explanation, see candidates.doubt.
	OverlappedSpeech   Reason = "voices_overlap" // only where two or more people speak at once
	CorruptPictures    Reason = "damaged"        // only in pictures that may be corrupt
	BelowFileThreshold Reason = "by_chance"      // only in segments that chance explains
)

// String returns the reason as a sentence for people.
func (r Reason) String() string {
	switch r {
	case NoFace:
		return "no face was found"
	case FaceTooSmall:
		return "the face is too small to read the mouth"
	case FaceTurned:
		return "the face is turned too far to the side"
	case NoSpeech:
		return "the sound holds no speech"
	case TooShort:
		return "too little speech with a visible mouth"
	case NoSound:
		return "there is no sound"
	case LipsIdle:
		return "the lips do not move while the voice speaks: the speaker may not be in the picture"
	case FrozenPicture:
		return "the picture is frozen while the voice speaks"
	case WholeFile:
		return "the voice fits no moving mouth in the whole clip: a dub, a voice-over or a forgery; this method cannot tell which"
	case PartOfFile:
		return "the voice does not fit the mouth in the segments listed"
	case OverlappedSpeech:
		return "the voice does not fit the mouth, but two or more people speak at once, and a mouth's own voice fits less then"
	case CorruptPictures:
		return "the voice does not fit the mouth, but in pictures that may be corrupt, as the file could not be decoded without errors"
	case BelowFileThreshold:
		return "a passage does not fit, but in a file of this length chance alone gives such passages"
	}
	return string(r)
}

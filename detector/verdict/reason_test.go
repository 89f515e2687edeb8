package verdict

import "testing"

func TestEveryReasonIsASentence(t *testing.T) {
	for _, r := range []Reason{
		NoFace, FaceTooSmall, FaceTurned, NoSpeech, TooShort, NoSound, LipsIdle, FrozenPicture, WholeFile, PartOfFile,
		OverlappedSpeech, CorruptPictures, BelowFileThreshold,
	} {
		if r.String() == string(r) {
			t.Errorf("reason %q has no sentence", string(r))
		}
	}
}

package face

import (
	"bytes"
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

func draw(seed uint64, w, h, frame int, p speech.Pose) []byte {
	buf := make([]byte, 3*w*h)
	NewActor(NewLook(seed), w, h).Draw(buf, frame, float64(frame)/25, p)
	return buf
}

func TestSameSeedSamePicture(t *testing.T) {
	p := speech.Pose{Open: 7, Jaw: 4, Round: .3}
	if !bytes.Equal(draw(5, 160, 120, 3, p), draw(5, 160, 120, 3, p)) {
		t.Error("the same seed drew two pictures")
	}
	if bytes.Equal(draw(5, 160, 120, 3, p), draw(6, 160, 120, 3, p)) {
		t.Error("two seeds drew one picture")
	}
}

// TestDrawAnywhere draws poses beyond anatomy in pictures that cut off the head.
func TestDrawAnywhere(t *testing.T) {
	for _, size := range [][2]int{{64, 64}, {64, 200}, {400, 64}, {90, 160}} {
		for seed := range uint64(8) {
			draw(seed, size[0], size[1], 9, speech.Pose{Open: 30, Jaw: 30, Spread: -40, Round: 2, Press: 1, Bite: 1})
		}
	}
}

// TestLipsPart checks that the gap between the lips is that of the pose and that the
// outlines never cross.
func TestLipsPart(t *testing.T) {
	look := NewLook(4)
	for _, p := range []speech.Pose{{}, {Open: 3, Jaw: 2}, {Open: 16, Jaw: 13}, {Open: 5, Jaw: 4, Round: 1}, {Open: 2, Bite: 1}, {Press: 1}} {
		m := newMouth(&look, p)
		_, b, c, _ := m.edges(0)
		if math.Abs(c-b-p.Open) > 1e-9 {
			t.Errorf("%+v: the lips are %.2f mm apart", p, c-b)
		}
		for x := -m.halfWidth; x <= m.halfWidth; x += .5 {
			a, b, c, d := m.edges(x)
			if a > b+1e-9 || b > c+1e-9 || c > d+1e-9 {
				t.Fatalf("%+v: curves cross at x = %.1f: %.2f %.2f %.2f %.2f", p, x, a, b, c, d)
			}
		}
	}
}

func TestEyesBlink(t *testing.T) {
	look := NewLook(1)
	m := newMotion(&look)
	shut := 0
	for i := range 60 * 25 {
		o := m.lids(float64(i) / 25)
		if o < 0 || o > 1 {
			t.Fatalf("lids at %v", o)
		}
		if o < .3 {
			shut++
		}
	}
	// A minute has about 12 to 30 blinks of two or three frames.
	if shut < 12 || shut > 120 {
		t.Errorf("eyes are shut in %d of 1500 frames", shut)
	}
}

func BenchmarkDraw(b *testing.B) {
	a := NewActor(NewLook(2), 640, 480)
	buf := make([]byte, 3*640*480)
	for i := 0; b.Loop(); i++ {
		a.Draw(buf, i, float64(i)/25, speech.Pose{Open: 8, Jaw: 6})
	}
}

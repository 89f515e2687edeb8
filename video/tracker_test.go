package video

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// A history is what a Tracker saw in a scene.
type history struct {
	frames map[int][]int        // by track
	people map[int]map[byte]int // by track: how often its crops show each person
	ended  map[int]int          // by track: the frame
	last   []Sighting
}

// watch shows n frames of a scene to a new Tracker. scene prepares the finder for frame i and
// returns the luma of the picture, or -1 for a missing picture.
func watch(t *testing.T, f *fakeFinder, n int, scene func(i int) int) history {
	t.Helper()
	h := history{frames: map[int][]int{}, people: map[int]map[byte]int{}, ended: map[int]int{}}
	tr := NewTracker(f, 1)
	for i := range n {
		luma := scene(i)
		p := fakePicture(i, byte(max(luma, 0)))
		p.Missing = luma < 0
		before := f.meshes
		alive := len(tr.tracks)
		seen, err := tr.Add(p)
		if err != nil {
			t.Fatal(err)
		}
		if got, most := f.meshes-before, max(alive, len(tr.tracks), len(f.people)); got > most {
			t.Errorf("frame %d: %d meshes for at most %d faces", i, got, most)
		}
		for _, s := range seen {
			h.frames[s.Track] = append(h.frames[s.Track], i)
			if h.people[s.Track] == nil {
				h.people[s.Track] = map[byte]int{}
			}
			h.people[s.Track][s.Mouth.Crop[0]]++
			if s.Mouth.Frame != i {
				t.Errorf("frame %d: sighting says frame %d", i, s.Mouth.Frame)
			}
		}
		for _, id := range tr.Ended() {
			h.ended[id] = i
		}
		h.last = seen
	}
	return h
}

// onePerson fails if the crops of a track show more than one person.
func (h history) onePerson(t *testing.T) {
	t.Helper()
	for id, who := range h.people {
		if len(who) != 1 {
			t.Errorf("track %d shows people %v", id, who)
		}
	}
}

func TestTrackerOneFace(t *testing.T) {
	tests := []struct {
		name string
		p    person
	}{
		{"upright", person{id: 1, at: Point{300, 200}, size: 150}},
		{"head on one side", person{id: 1, at: Point{300, 200}, size: 150, roll: 0.6}},
		{"turned right", person{id: 1, at: Point{300, 200}, size: 150, yaw: 30}},
		{"upside down", person{id: 1, at: Point{300, 200}, size: 150, roll: math.Pi, hangs: true}},
		{"upside down for the detector too", person{id: 1, at: Point{300, 200}, size: 150, roll: math.Pi}},
		{"nearly upside down", person{id: 1, at: Point{300, 200}, size: 150, roll: 2.6, hangs: true}},
		{"turned left, small", person{id: 1, at: Point{100, 300}, size: 60, yaw: -25}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fakeFinder{people: []person{tt.p}}
			tr := NewTracker(f, 2)
			seen, err := tr.Add(fakePicture(7, grey))
			if err != nil || len(seen) != 1 || seen[0].Track != 0 {
				t.Fatalf("got %d sightings, error %v; want track 0", len(seen), err)
			}
			m := seen[0].Mouth
			var mid Point
			for _, l := range m.Lips {
				mid.X += l.X / 20
				mid.Y += l.Y / 20
			}
			near(t, "middle of the lips, x", mid.X, 48, 0.01)
			near(t, "middle of the lips, y", mid.Y, 48, 0.01)
			// The mouth of the reference face is 40 pixels wide.
			near(t, "mouth width", m.Lips[10].X-m.Lips[0].X, 40, 0.1)
			near(t, "mouth slope", m.Lips[10].Y-m.Lips[0].Y, 0, 0.1)
			near(t, "yaw", m.Yaw, tt.p.yaw, 0.5)
			near(t, "eye distance as shown", m.EyeDist, 2*dist(anchorPlaces[1], anchorPlaces[4])*tt.p.size/faceHeight, 0.1)
			near(t, "middle of the box as shown", m.Box.center().X, 2*tt.p.at.X, 0.1*tt.p.size)
			if m.Frame != 7 || m.Presence != surely || m.Crop[0] != 1 {
				t.Errorf("frame %d, presence %v, crop of person %d", m.Frame, m.Presence, m.Crop[0])
			}
			if m.Jaw[0] == (Point{}) {
				t.Error("no jaw")
			}
		})
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %.3f, want %.3f", what, got, want)
	}
}

func TestTrackerCost(t *testing.T) {
	f := &fakeFinder{people: []person{{id: 1, at: Point{300, 200}, size: 150}}}
	watch(t, f, 200, func(int) int { return grey })
	if f.meshes != 200 || f.turned != 1 || f.detects+f.tiled != 8 || f.tiled != 1 || f.closer != 0 {
		t.Errorf("a face for 200 frames: %d meshes, %d detections and %d tiled, %d closer looks", f.meshes, f.detects, f.tiled, f.closer)
	}
	f = &fakeFinder{}
	watch(t, f, 100, func(int) int { return grey })
	// The first detection of a scene is repeated with tiles.
	if f.meshes != 0 || f.detects != 10 || f.tiled != 11 {
		t.Errorf("no face for 100 frames: %d meshes, %d detections and %d tiled", f.meshes, f.detects, f.tiled)
	}
}

// The detector keeps taking a face that is upside down for an upright one.
func TestTrackerUpsideDown(t *testing.T) {
	f := &fakeFinder{}
	h := watch(t, f, 200, func(i int) int {
		f.people = []person{{id: 1, at: Point{300, 200}, size: 150, roll: math.Pi, hangs: true}}
		if i >= 90 && i < 93 {
			f.people = nil // covered, and recalled by a detection
		}
		return grey
	})
	h.onePerson(t)
	if len(h.frames) != 1 || len(h.frames[0]) != 197 {
		t.Errorf("tracks %v", h.frames)
	}
	if m := h.last[0].Mouth; math.Abs(m.Lips[10].X-m.Lips[0].X-40) > 0.1 {
		t.Errorf("a mouth from %.1f to %.1f", m.Lips[0].X, m.Lips[10].X)
	}
	if f.turned != 1 {
		t.Errorf("%d meshes upside down, want 1", f.turned)
	}
}

// If a face turns upside down, its track ends and a new one begins the right way round.
func TestTrackerTurnsOver(t *testing.T) {
	f := &fakeFinder{}
	h := watch(t, f, 60, func(i int) int {
		f.people = []person{{id: 1, at: Point{300, 200}, size: 150}}
		if i >= 12 {
			f.people[0].roll, f.people[0].hangs = math.Pi, true
		}
		return grey
	})
	if len(h.frames) != 2 || h.ended[0] < 12 || h.ended[0] > 12+recheck || len(h.frames[0])+len(h.frames[1]) != 60 {
		t.Errorf("tracks %v, ended %v; want one that ends soon after frame 12 and one from there on", h.frames, h.ended)
	}
	if m := h.last[0].Mouth; math.Abs(m.Lips[10].X-m.Lips[0].X-40) > 0.1 {
		t.Errorf("a mouth from %.1f to %.1f", m.Lips[0].X, m.Lips[10].X)
	}
}

func TestTrackerLoss(t *testing.T) {
	for _, tt := range []struct {
		name   string
		away   int // frames
		tracks int
	}{
		{"one frame", 1, 1},
		{"as long as allowed", MaxLoss, 1},
		{"too long", MaxLoss + 1, 2},
		{"for good", 1000, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &fakeFinder{}
			h := watch(t, f, 80, func(i int) int {
				f.people = []person{{id: 1, at: Point{300 + float64(i), 200}, size: 150}}
				if i >= 40 && i < 40+tt.away {
					f.people = nil
				}
				return grey
			})
			if len(h.frames) != tt.tracks {
				t.Errorf("got %d tracks, want %d", len(h.frames), tt.tracks)
			}
			if got := slices.Index(h.frames[0], 40); got >= 0 {
				t.Error("a face was seen where there is none")
			}
			if at, ended := h.ended[0]; ended != (tt.away > MaxLoss) {
				t.Errorf("track 0 ended: %v, at %d", ended, at)
			}
		})
	}
}

func TestTrackerCut(t *testing.T) {
	f := &fakeFinder{people: []person{{id: 1, at: Point{200, 200}, size: 150}, {id: 2, at: Point{450, 200}, size: 120}}}
	h := watch(t, f, 60, func(i int) int {
		if i < 30 {
			return grey
		}
		// The next scene has a face at the very same place.
		f.people = []person{{id: 3, at: Point{200, 200}, size: 150}}
		return grey + 40
	})
	h.onePerson(t)
	if len(h.frames) != 3 || h.ended[0] != 30 || h.ended[1] != 30 || len(h.frames[2]) != 30 {
		t.Errorf("tracks %v, ended %v; want two that end at frame 30 and one from there on", h.frames, h.ended)
	}
}

func TestTrackerMissing(t *testing.T) {
	f := &fakeFinder{people: []person{{id: 1, at: Point{200, 200}, size: 150}}}
	h := watch(t, f, 90, func(i int) int {
		if i < 10 || i >= 30 && i < 60 {
			return -1
		}
		return grey
	})
	if len(h.frames) != 1 || len(h.frames[0]) != 50 || len(h.ended) != 0 {
		t.Errorf("frames %v, ended %v; want one track of 50 frames", h.frames, h.ended)
	}
}

// The mesh still sees a face after it has slid off; the detector does not.
func TestTrackerDrift(t *testing.T) {
	f := &fakeFinder{people: []person{{id: 1, at: Point{200, 200}, size: 100}}, ghost: true}
	h := watch(t, f, 80, func(i int) int {
		if i == 20 {
			f.people = nil
		}
		return grey
	})
	if at, ok := h.ended[0]; !ok || at > checkEvery+recheck {
		t.Errorf("ended %v; want track 0 by frame %d", h.ended, checkEvery+recheck)
	}
	if len(h.frames) != 1 {
		t.Errorf("tracks %v, want one", h.frames)
	}
}

// A face that leaps away leaves its track and begins a new one.
func TestTrackerStray(t *testing.T) {
	f := &fakeFinder{ghost: true}
	h := watch(t, f, 120, func(i int) int {
		f.people = []person{{id: 1, at: Point{150, 200}, size: 100}}
		if i >= 20 {
			f.people[0].at.X = 450
		}
		return grey
	})
	if h.ended[0] == 0 || h.ended[0] > checkEvery+recheck || len(h.frames) != 2 {
		t.Errorf("tracks %v, ended %v", len(h.frames), h.ended)
	}
	if n := len(h.frames[1]); n < 120-checkEvery-1 {
		t.Errorf("the face was followed for only %d frames at its new place", n)
	}
}

func TestTrackerSmallFaces(t *testing.T) {
	f := &fakeFinder{people: []person{{id: 1, at: Point{304, 208}, size: 48, small: true}}}
	h := watch(t, f, 200, func(int) int { return grey })
	if len(h.frames) != 1 || len(h.frames[0]) != 200 {
		t.Errorf("a face that only tiles find: tracks %v, ended %v", h.frames, h.ended)
	}
	if f.tiled > 4 {
		t.Errorf("%d tiled detections for one known face", f.tiled)
	}
}

func TestTrackerSeveralPeople(t *testing.T) {
	still := func(ps ...person) func(int) []person { return func(int) []person { return ps } }
	walk := func(speed, phase, lower float64, far bool) func(int) []person {
		return func(i int) []person {
			x := speed * (float64(i) + phase)
			return []person{{id: 1, at: Point{80 + x, 200}, size: 100}, {id: 2, at: Point{560 - x, 200 + lower}, size: 90, far: far}}
		}
	}
	type test struct {
		name   string
		scene  func(int) []person
		tracks int // at least; 0 for any
		most   int
	}
	tests := []test{
		{"side by side", still(person{id: 1, at: Point{200, 200}, size: 120}, person{id: 2, at: Point{310, 210}, size: 120}), 2, 2},
		{"cheek to cheek", still(person{id: 1, at: Point{200, 200}, size: 120}, person{id: 2, at: Point{280, 210}, size: 110}), 2, 2},
		{"large and small", still(person{id: 1, at: Point{300, 200}, size: 300}, person{id: 2, at: Point{150, 60}, size: 50}), 2, 2},
		{"one in front of the other", func(i int) []person {
			return []person{{id: 1, at: Point{300, 200}, size: 120}, {id: 2, at: Point{100 + 4*float64(i), 200}, size: 110, far: true}}
		}, 2, 4},
	}
	for _, speed := range []float64{2, 3.5, 6, 9} {
		for phase := range 5 {
			tests = append(tests, test{"they cross, one hidden", walk(speed, float64(phase)/5, 15, true), 2, 4},
				test{"they pass, one above the other", walk(speed, float64(phase)/5, 70, false), 2, 4})
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fakeFinder{}
			h := watch(t, f, 120, func(i int) int {
				f.people = slices.DeleteFunc(tt.scene(i), func(p person) bool { return p.at.X < 0 || p.at.X > fakeWidth })
				return grey
			})
			h.onePerson(t)
			if len(h.frames) < tt.tracks || len(h.frames) > tt.most {
				t.Errorf("got %d tracks, want %d to %d", len(h.frames), tt.tracks, tt.most)
			}
		})
	}
}

func TestTrackerCrowd(t *testing.T) {
	f := &fakeFinder{}
	for i := range 12 {
		f.people = append(f.people, person{id: byte(i + 1), at: Point{60 + 95*float64(i%6), 100 + 200*float64(i/6)}, size: 40 + 4*float64(i)})
	}
	h := watch(t, f, 60, func(int) int { return grey })
	h.onePerson(t)
	if len(h.frames) != MaxTracks {
		t.Fatalf("%d tracks, want %d", len(h.frames), MaxTracks)
	}
	for id, who := range h.people {
		for p := range who {
			if int(p) <= 12-MaxTracks {
				t.Errorf("track %d follows person %d, not one of the %d largest", id, p, MaxTracks)
			}
		}
	}
}

func TestTrackerFinderError(t *testing.T) {
	want := errors.New("no network")
	f := &fakeFinder{err: want}
	if _, err := NewTracker(f, 1).Add(fakePicture(0, grey)); !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func TestFitSimilarity(t *testing.T) {
	m := Affine{A: 0.8, B: -0.5, C: 12, D: 0.5, E: 0.8, F: -7}
	from := []Point{{0, 0}, {10, 3}, {-4, 8}, {2, 2}}
	var to []Point
	for _, p := range from {
		to = append(to, m.at(p))
	}
	got, ok := fitSimilarity(from, to)
	if !ok {
		t.Fatal("no fit")
	}
	for _, p := range from {
		near(t, "x", got.at(p).X, m.at(p).X, 1e-9)
		near(t, "y", got.at(p).Y, m.at(p).Y, 1e-9)
		back := got.inverse().at(got.at(p))
		near(t, "x there and back", back.X, p.X, 1e-9)
		near(t, "y there and back", back.Y, p.Y, 1e-9)
	}
	if _, ok := fitSimilarity([]Point{{1, 1}, {1, 1}}, []Point{{0, 0}, {5, 5}}); ok {
		t.Error("points that coincide were fitted")
	}
}

func TestSharpness(t *testing.T) {
	var flat, fine Crop
	for i := range fine {
		flat[i] = 90
		fine[i] = byte(255 * ((i + i/CropSize) % 2))
	}
	near(t, "flat", flat.sharpness(), 0, 0)
	// A chessboard's Laplacian is +-1020 everywhere.
	near(t, "chessboard", fine.sharpness(), 1020*1020, 1)
}

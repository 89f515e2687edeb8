package video

import (
	"math"
	"slices"
)

const (
	// MaxTracks is how many faces are followed at a time; of faces found
	// together, the largest. Each costs a mesh a frame.
	MaxTracks = 8

	// MaxLoss is how many frames in a row a face may be lost (a hand before
	// the mouth, a blurred turn) and go on as the same track.
	MaxLoss = 5

	minPresence = 0.5 // of a mesh that shows a face

	checkEvery  = FrameRate // frames between detections while faces are followed
	recheck     = 5         // frames to the next detection when a track was not confirmed
	searchEvery = 5         // frames between detections while there is no face
	tilesEvery  = 12        // of the detections while faces are followed, each so-manyth looks for small ones too, the first after a second
	maxStrikes  = 2         // checks in a row that a track may fail before it is dropped

	// sameFace is the distance of two centres, in sides of the larger box, up
	// to which detector and mesh speak of one face. On 328 faces of 59 clips
	// it was .05 in the middle and .12 at most.
	sameFace = 0.3
	// sameSize is how many times larger one of the two boxes may be; it was
	// .95 to 1.33 on the same faces.
	sameSize = 1.8
	// nearFace is the distance up to which a detection may call back a track
	// that strayed or was lost.
	nearFace = 0.8
	// turnOdds is how much surer, in natural logarithms of odds, the mesh must be of a face the other way round, and how sure of it, for a
	// track to be turned. Of 837 faces as filmed none had .9 more, of 300 that hung upside down 291 had 3 or more.
	turnOdds = 3
	// sureOdds is how sure of a face the mesh is that hardly ever is upside down.
	sureOdds = 10

	// maxLeap is how far, in sides of its box, a face may be from where its
	// speed would have brought it. Farther, the mesh has caught another face.
	maxLeap = 0.5

	// Two tracks whose meshes overlap by so much, or whose centres are so
	// near, in sides of the smaller box, sit on one face.
	mergeOverlap  = 0.5
	mergeDistance = 0.3

	closerSide  = 3.0  // side of the square searched around a track, in sides of its box
	minFaceSide = 12.0 // decoded pixels; below, a mouth is three pixels wide
)

// A Sighting is one face of one frame.
type Sighting struct {
	Track int // number of the track, from 0, in the order in which tracks begin
	Mouth Mouth
}

// A Tracker follows every face through the pictures of a file, MaxTracks at a
// time, and cuts out their mouths.
//
// A face is found by the detector, and from then on the mesh of one frame tells
// where to look for it in the next. The mesh cannot tell that it slid off its
// face, so the detector looks again every second. A track ends at a scene cut,
// when its face is lost for more than MaxLoss frames, when the detector does not
// find a face where the track is twice running, or when another track has come to
// sit on the same face. A face that is found again begins a new track, since
// it may be someone else's.
//
// It costs one mesh a face and frame, a second one where a track begins and, now and then, where the first is
// unsure, and, while there are faces, a detection a
// second. A Tracker is not safe for concurrent use.
type Tracker struct {
	finder Finder
	scale  float64

	tracks []*track // alive
	nextID int
	ended  []int
	cuts   cutFinder

	untilCheck int // frames to the next detection
	checks     int // detections in this scene so far
	closer     Picture
}

// A track is one face that is being followed.
type track struct {
	id       int     // -1 until the face was seen once
	region   Region  // where to look next
	box      Box     // of the last mesh, decoded pixels
	velocity Point   // of the box's centre, decoded pixels a frame
	seen     int     // frames in which the face was
	lost     int     // frames since then
	strikes  int     // checks in a row that did not find a face here
	called   bool    // region is a detection's, so a leap to it is no surprise
	turned   bool    // the face hangs the other way round from how the detector takes it
	leap     float64 // of the last mesh from where it was expected, in sides of the box
	steady   steady
	still    still

	mesh   *Mesh   // of this frame, nil where lost
	change float64 // of its mouth, see Mouth.Change
}

// NewTracker returns a Tracker that finds faces with f, which it does not close.
// scale is the shown pixels per decoded pixel ([Info].Scale).
func NewTracker(f Finder, scale float64) *Tracker {
	if scale <= 0 {
		scale = 1
	}
	return &Tracker{finder: f, scale: scale}
}

// Ended returns the tracks that have ended since it was last called, in the
// order in which they ended. Tracks that are alive behind the last picture are
// not among them.
func (t *Tracker) Ended() []int {
	out := t.ended
	t.ended = nil
	return out
}

// Add takes the next picture and returns the faces seen in it, at most one
// sighting a track; the caller owns them. A missing picture shows none and ends
// no track. An error is the Finder's.
func (t *Tracker) Add(p *Picture) ([]Sighting, error) {
	if p.Missing {
		t.pause()
		return nil, nil
	}
	if t.cuts.cut(p) {
		t.drop(func(*track) bool { return true })
		t.untilCheck, t.checks = 0, 0
	}
	if t.untilCheck <= 0 {
		if err := t.detect(p); err != nil {
			return nil, err
		}
	}
	t.untilCheck--
	for _, tr := range t.tracks {
		if err := t.follow(p, tr); err != nil {
			return nil, err
		}
	}
	t.merge()
	t.drop(func(tr *track) bool { return tr.lost > MaxLoss || tr.id < 0 && tr.lost > 0 })

	var seen []Sighting
	for _, tr := range t.tracks {
		if tr.mesh == nil {
			continue
		}
		if tr.id < 0 {
			tr.id = t.nextID
			t.nextID++
		}
		seen = append(seen, Sighting{Track: tr.id})
		ok, err := t.cutOut(p, tr, &seen[len(seen)-1].Mouth)
		if err != nil {
			return nil, err
		}
		if !ok {
			seen = seen[:len(seen)-1]
		}
	}
	return seen, nil
}

// pause prepares for the end of a gap: whatever moved meanwhile, look afresh.
func (t *Tracker) pause() {
	t.untilCheck = 0
	for _, tr := range t.tracks {
		tr.velocity, tr.called, tr.steady.begun = Point{}, true, false
	}
}

// follow fits the mesh where the face should be in this picture.
func (t *Tracker) follow(p *Picture, tr *track) error {
	tr.mesh = nil
	m, err := t.finder.Mesh(p, tr.region)
	if err == nil && m != nil && (tr.id < 0 || tr.unsure(m)) {
		m, err = t.upright(p, tr, m)
	}
	if err != nil {
		return err
	}
	if !t.accept(p, tr, m) {
		if tr.lost == 0 {
			t.untilCheck = 0
		}
		tr.lost++
		tr.steady.begun = false
		return nil
	}
	box := m.box()
	was, now := tr.box.center(), box.center()
	tr.velocity = Point{}
	if !tr.called {
		n := float64(tr.lost + 1)
		tr.velocity = Point{(now.X - was.X) / n, (now.Y - was.Y) / n}
	}
	tr.mesh, tr.box, tr.region = m, box, m.region()
	tr.lost, tr.called = 0, false
	tr.seen++
	tr.change = tr.still.change(p, m, tr.steady.begun)
	tr.steady.add(m)
	return nil
}

// upright returns a track's mesh m or, where that is upside down, one that is not, with which a new track begins.
// The detector takes a face that hangs upside down for one that does not, with the eyes where the
// mouth is; the mesh is sure of its face only the right way round.
func (t *Tracker) upright(p *Picture, tr *track, m *Mesh) (*Mesh, error) {
	r := tr.region.turned()
	o, err := t.finder.Mesh(p, r)
	if err != nil || o == nil {
		return m, err
	}
	if sure := logOdds(o.Presence); sure < turnOdds || !(sure-logOdds(m.Presence) >= turnOdds) {
		return m, nil
	}
	if tr.id >= 0 {
		t.ended = append(t.ended, tr.id)
	}
	*tr = track{id: -1, region: r, box: tr.box, called: true, turned: !tr.turned}
	return o, nil
}

// unsure reports whether it is time to look whether a face that a track follows hangs the other way round.
func (tr *track) unsure(m *Mesh) bool {
	return tr.seen%recheck == 0 && m.Presence >= minPresence && logOdds(m.Presence) < sureOdds
}

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// regionOf returns where a detection has the track's face.
func (tr *track) regionOf(f *Face) Region {
	if tr.turned {
		return f.region().turned()
	}
	return f.region()
}

// accept reports whether m shows the track's face, and notes how far it leapt.
func (t *Tracker) accept(p *Picture, tr *track, m *Mesh) bool {
	if m == nil || !m.finite() || m.Presence < minPresence {
		return false
	}
	box := m.box()
	c := box.center()
	if max(box.W, box.H) < minFaceSide || c.X < 0 || c.Y < 0 || c.X > float64(p.Width) || c.Y > float64(p.Height) {
		return false
	}
	if tr.called {
		tr.leap = 0
		return true
	}
	n := float64(tr.lost + 1)
	was := tr.box.center()
	expected := Point{was.X + n*tr.velocity.X, was.Y + n*tr.velocity.Y}
	side := max(tr.box.W, tr.box.H)
	tr.leap = dist(c, expected) / side
	// Against a single wild velocity: standing still is no leap either.
	tr.leap = min(tr.leap, dist(c, was)/side)
	return tr.leap <= maxLeap
}

// merge drops one of two tracks that sit on one face: a newer one that has not
// been seen yet, or the one that leapt there.
func (t *Tracker) merge() {
	gone := map[*track]bool{}
	for i, a := range t.tracks {
		for _, b := range t.tracks[i+1:] {
			if a.mesh == nil || b.mesh == nil || gone[a] || gone[b] || !oneFace(a.box, b.box) {
				continue
			}
			if a.id < 0 != (b.id < 0) {
				gone[b] = b.id < 0
				gone[a] = a.id < 0
			} else {
				// The tracks are in the order of their age.
				gone[a] = a.leap > b.leap
				gone[b] = !gone[a]
			}
			if a.id >= 0 && b.id >= 0 {
				// The face that was covered may soon be seen again.
				t.untilCheck = min(t.untilCheck, recheck)
			}
		}
	}
	t.drop(func(tr *track) bool { return gone[tr] })
}

func oneFace(a, b Box) bool {
	if a.overlap(b) > mergeOverlap {
		return true
	}
	return dist(a.center(), b.center()) < mergeDistance*min(max(a.W, a.H), max(b.W, b.H))
}

// drop ends the tracks that f picks.
func (t *Tracker) drop(f func(*track) bool) {
	before := len(t.tracks)
	t.tracks = slices.DeleteFunc(t.tracks, func(tr *track) bool {
		if !f(tr) {
			return false
		}
		if tr.id >= 0 {
			t.ended = append(t.ended, tr.id)
		}
		return true
	})
	if len(t.tracks) < before {
		t.untilCheck = min(t.untilCheck, searchEvery)
	}
}

// cutOut fills m from the track's mesh. ok is false where the mesh is too
// distorted to be aligned.
func (t *Tracker) cutOut(p *Picture, tr *track, m *Mouth) (ok bool, err error) {
	toCrop, ok := tr.steady.toCrop()
	if !ok {
		return false, nil
	}
	if err := t.finder.Crop(p, toCrop.inverse(), &m.Crop); err != nil {
		return false, err
	}
	for i, k := range mouthPoints {
		m.Lips[i] = toCrop.at(tr.mesh.Points[k])
	}
	for i, k := range jawPoints {
		m.Jaw[i] = toCrop.at(tr.mesh.Points[k])
	}
	m.Frame = p.Index
	m.Box = tr.box.scaled(t.scale)
	m.Presence = tr.mesh.Presence
	m.Yaw = tr.mesh.yaw()
	m.EyeDist = t.scale * dist(tr.mesh.Points[leftEyeCorner], tr.mesh.Points[rightEyeCorner])
	m.Sharp = m.Crop.sharpness()
	m.Change, m.Spoilt = tr.change, p.Spoilt
	return true, nil
}

package video

import (
	"math"
	"slices"
)

const (
	// MaxTracks is how many faces are followed at a time; of faces found together, the largest.
	// Each costs one mesh per frame.
	MaxTracks = 8

	// MaxLoss is for how many consecutive frames a face may be lost (a hand over the mouth, a
	// blurred turn) and still continue its track.
	MaxLoss = 5

	// minPresence is the least presence of a mesh that shows a face, MediaPipe's default.
	minPresence = 0.5

	checkEvery  = FrameRate // frames between detections while faces are followed
	recheck     = 5         // frames to the next detection after a track was not confirmed
	searchEvery = 5         // frames between detections while there is no face
	tilesEvery  = 12        // detections from one with tiles to the next, while faces are followed
	searchTiles = 2         // detections from one with tiles to the next, while there is no face
	maxStrikes  = 2         // consecutive failed checks that end a track

	// sameFace is the largest distance of two centres, in sides of the larger box, at which
	// detector and mesh show the same face. On 328 faces of 59 clips, the median was 0.05 and
	// the maximum 0.12.
	sameFace = 0.3
	// sameSize is the largest ratio of the sides of the two boxes; on the same faces it was
	// 0.95 to 1.33.
	sameSize = 1.8
	// nearFace is the largest distance, in the same unit, at which a detection may recall a
	// track that strayed or was lost.
	nearFace = 0.8
	// turnOdds is the least log-odds (natural logarithm) of the presence of a mesh fitted the
	// other way round, and its least advantage over the present mesh, for a track to be turned
	// over. Of 837 faces as filmed, none had an advantage above 0.9; of 300 faces upside down,
	// 291 had 3 or more.
	turnOdds = 3
	// sureOdds is the log-odds of presence above which a mesh is hardly ever upside down.
	sureOdds = 10

	// maxLeap is the largest distance of a face from the position that its velocity predicts,
	// in sides of its box. Beyond it, the mesh has caught another face.
	maxLeap = 0.5

	// Two tracks are on one face if the overlap of their boxes is above mergeOverlap or the
	// distance of their centres, in sides of the smaller box, is below mergeDistance.
	mergeOverlap  = 0.5
	mergeDistance = 0.3

	closerSide  = 3.0  // side of the square searched around a track, in sides of its box
	minFaceSide = 12.0 // decoded pixels; at this size a mouth is three pixels wide
)

// A Sighting is one face in one frame.
type Sighting struct {
	Track int // number of the track, from 0, in order of the tracks' starts
	Mouth Mouth
}

// A Tracker follows every face through the pictures of a file, at most MaxTracks at a time, and
// cuts out their mouths.
//
// The detector finds a face. From then on, the mesh in one frame gives the region to search in
// the next. The mesh cannot notice that it slid off its face, so the detector runs again every
// second. A track ends at a scene cut or when its face is lost for more than MaxLoss frames. It
// also ends when the detector twice in a row finds no face at its place, or when another track
// has moved to the same face. A face that is found again begins a new track, since it may be
// someone else's.
//
// The cost is one mesh per face and frame, a second mesh when a track begins and from time to
// time while the first is unsure, and one detection a second while there are faces. A Tracker
// is not safe for concurrent use.
type Tracker struct {
	finder Finder
	scale  float64

	tracks []*track // alive
	nextID int
	ended  []int
	cuts   cutFinder

	untilCheck int // frames to the next detection
	checks     int // detections so far in this scene
	closer     Picture
}

// A track is one face that is followed.
type track struct {
	id       int     // -1 until the face has been seen once
	region   Region  // where to fit the next mesh
	box      Box     // of the last mesh, decoded pixels
	velocity Point   // of the box's centre, decoded pixels per frame
	seen     int     // frames that showed the face
	lost     int     // frames since it was last seen
	strikes  int     // consecutive checks that found no face here
	called   bool    // region comes from a detection, so a leap to it is expected
	turned   bool    // the face is upside down relative to its detections
	leap     float64 // distance of the last mesh from its expected position, in sides of the box
	points   smoothed
	motion   mouthChange

	mesh   *Mesh   // of this frame, nil if lost
	change float64 // of its mouth, see Mouth.Change
}

// NewTracker returns a Tracker that finds faces with f. The Tracker does not close f. scale is
// the number of shown pixels per decoded pixel ([Info].Scale).
func NewTracker(f Finder, scale float64) *Tracker {
	if scale <= 0 {
		scale = 1
	}
	return &Tracker{finder: f, scale: scale}
}

// Ended returns the tracks that have ended since the last call, in the order in which they
// ended. Tracks that are still alive after the last picture are not included.
func (t *Tracker) Ended() []int {
	out := t.ended
	t.ended = nil
	return out
}

// Add processes the next picture and returns the faces seen in it, at most one sighting per
// track; the caller owns them. A missing picture shows no face and ends no track. Errors are
// those of the Finder.
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

// pause prepares for the end of a gap, in which anything may have moved: it requests a
// detection and forgets velocities and smoothed points.
func (t *Tracker) pause() {
	t.untilCheck = 0
	for _, tr := range t.tracks {
		tr.velocity, tr.called, tr.points.begun = Point{}, true, false
	}
}

// follow fits the mesh where the face is expected in this picture.
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
		tr.points.begun = false
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
	tr.change = tr.motion.change(p, m, tr.points.begun)
	tr.points.add(m)
	return nil
}

// upright returns a track's mesh m or, if m is upside down, the mesh fitted the other way
// round, with which a new track begins. The detector takes a face that hangs upside down for an
// upright one, with the eyes where the mouth is. The presence of the mesh is high only the
// right way round.
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

// unsure reports whether it is time to check if the track's face is upside down.
func (tr *track) unsure(m *Mesh) bool {
	return tr.seen%recheck == 0 && m.Presence >= minPresence && logOdds(m.Presence) < sureOdds
}

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// regionOf returns the region of the track's face as detected.
func (tr *track) regionOf(f *Face) Region {
	if tr.turned {
		return f.region().turned()
	}
	return f.region()
}

// accept reports whether m shows the track's face, and sets tr.leap.
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
	// One velocity may be wrong: a face that stays where it was has not leapt either.
	tr.leap = min(tr.leap, dist(c, was)/side)
	return tr.leap <= maxLeap
}

// merge drops one of two tracks on the same face: the one that has not been seen yet, or else
// the one that leapt farther.
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
				// Tracks are ordered by age, oldest first.
				gone[a] = a.leap > b.leap
				gone[b] = !gone[a]
			}
			if a.id >= 0 && b.id >= 0 {
				// The covered face may soon be visible again.
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

// drop ends the tracks that f selects.
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

// cutOut fills m from the track's mesh. ok is false if the mesh is too distorted to be aligned.
func (t *Tracker) cutOut(p *Picture, tr *track, m *Mouth) (ok bool, err error) {
	toCrop, ok := tr.points.toCrop()
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
	m.Change, m.Corrupt = tr.change, p.Corrupt
	return true, nil
}

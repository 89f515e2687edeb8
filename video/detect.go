package video

import (
	"cmp"
	"math"
	"slices"
)

// detect runs the detector, matches the detected faces to the tracks and starts new tracks.
func (t *Tracker) detect(p *Picture) error {
	known := len(t.tracks) > 0
	tiles := t.checks%searchTiles == 1
	if known {
		tiles = t.checks%tilesEvery == 1
	}
	faces, err := t.faces(p, tiles)
	if err == nil && len(faces) == 0 && t.checks == 0 {
		// The first detection of a scene found nothing: search for small faces at once.
		faces, err = t.faces(p, true)
	}
	if err != nil {
		return err
	}
	t.checks++
	t.untilCheck = checkEvery

	taken := make([]bool, len(faces))
	for i, ok := range t.match(faces, taken) {
		tr := t.tracks[i]
		if ok {
			tr.strikes = 0
			continue
		}
		found, err := t.lookCloser(p, tr)
		if err != nil {
			return err
		}
		if tr.lost == 0 && found != nil && tr.distance(found) < sameFace {
			tr.strikes = 0
			continue
		}
		if found != nil && !slices.ContainsFunc(faces, func(f Face) bool { return oneFace(f.Box, found.Box) }) {
			faces, taken = append(faces, *found), append(taken, false)
		}
		tr.strikes++
		t.untilCheck = recheck
	}
	t.recall(faces, taken)
	t.drop(func(tr *track) bool { return tr.lost == 0 && tr.strikes >= maxStrikes })
	t.begin(faces, taken)
	if len(t.tracks) == 0 {
		t.untilCheck = searchEvery
	}
	return nil
}

// faces returns the detected faces that are large enough to be useful (minFaceSide).
func (t *Tracker) faces(p *Picture, tiles bool) ([]Face, error) {
	faces, err := t.finder.Detect(p, tiles)
	if err != nil {
		return nil, err
	}
	var out []Face
	for _, f := range faces {
		if f.Box.W >= minFaceSide && f.Box.H >= minFaceSide {
			out = append(out, f)
		}
	}
	return out, nil
}

// match pairs detections with tracks that are not lost, nearest pair first, and marks these
// detections as taken. matched[i] reports whether track i has a detection.
func (t *Tracker) match(faces []Face, taken []bool) (matched []bool) {
	matched = make([]bool, len(t.tracks))
	for {
		bt, bf, best := -1, -1, sameFace
		for i, tr := range t.tracks {
			for j := range faces {
				if matched[i] || taken[j] || tr.lost > 0 {
					continue
				}
				if d := tr.distance(&faces[j]); d < best {
					bt, bf, best = i, j, d
				}
			}
		}
		if bt < 0 {
			return matched
		}
		matched[bt], taken[bf] = true, true
	}
}

// recall gives each track that was lost or has strayed the nearest free detection within
// nearFace to continue from.
func (t *Tracker) recall(faces []Face, taken []bool) {
	for _, tr := range t.tracks {
		if tr.strikes == 0 {
			continue
		}
		bf, best := -1, nearFace
		for j := range faces {
			if d := tr.distance(&faces[j]); !taken[j] && d < best {
				bf, best = j, d
			}
		}
		if bf >= 0 {
			taken[bf] = true
			tr.region, tr.called, tr.strikes = tr.regionOf(&faces[bf]), true, 0
		}
	}
}

// begin starts tracks on the detections that no track has taken, largest first, up to
// MaxTracks.
func (t *Tracker) begin(faces []Face, taken []bool) {
	var order []int
	for j := range faces {
		if !taken[j] {
			order = append(order, j)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(faces[b].Box.W*faces[b].Box.H, faces[a].Box.W*faces[a].Box.H)
	})
	for _, j := range order {
		if len(t.tracks) == MaxTracks {
			return
		}
		t.tracks = append(t.tracks, &track{id: -1, region: faces[j].region(), box: faces[j].Box, called: true})
	}
}

// maxTurn is the largest angle, in radians, between a detection and the face of its track. Beyond
// it, one of the two is upside down.
const maxTurn = math.Pi / 2

// distance returns the distance of a detection from the track's face, in sides of the larger
// box. It is infinite if size or orientation differ too much.
func (tr *track) distance(f *Face) float64 {
	a, b := max(tr.box.W, tr.box.H), max(f.Box.W, f.Box.H)
	turn := math.Remainder(tr.regionOf(f).Angle-tr.region.Angle, 2*math.Pi)
	if a > sameSize*b || b > sameSize*a || math.Abs(turn) > maxTurn {
		return math.Inf(1)
	}
	return dist(tr.box.center(), f.Box.center()) / max(a, b)
}

// lookCloser runs the detector on the surroundings of one track, where a face that is small in
// the whole picture is large. It returns the face nearest to the track, or nil if no face is
// within nearFace. It costs less than a detection with tiles.
func (t *Tracker) lookCloser(p *Picture, tr *track) (*Face, error) {
	x, y, side := t.surroundings(p, tr)
	if side < 2*minFaceSide { // too small for a useful face
		return nil, nil
	}
	t.closer.copyPart(p, x, y, side, side)
	faces, err := t.finder.Detect(&t.closer, false)
	if err != nil {
		return nil, err
	}
	var found *Face
	best := nearFace
	for i := range faces {
		f := faces[i]
		f.Box.X += float64(x)
		f.Box.Y += float64(y)
		for k := range f.Keys {
			f.Keys[k].X += float64(x)
			f.Keys[k].Y += float64(y)
		}
		if d := tr.distance(&f); d < best {
			found, best = &f, d
		}
	}
	return found, nil
}

// surroundings returns the square around a track, inside the picture; x, y and side are even.
func (t *Tracker) surroundings(p *Picture, tr *track) (x, y, side int) {
	short := min(p.Width, p.Height)
	side = min(short, int(closerSide*max(tr.box.W, tr.box.H))) &^ 1
	c := tr.box.center()
	corner := func(mid float64, length int) int {
		at := int(min(max(mid-float64(side)/2, 0), float64(length-side)))
		return at &^ 1
	}
	return corner(c.X, p.Width), corner(c.Y, p.Height), side
}

// copyPart makes p a copy of the part of from that is w pixels wide and h high and has its
// upper left corner at (x, y). All four numbers must be even.
func (p *Picture) copyPart(from *Picture, x, y, w, h int) {
	p.Index, p.Missing, p.Corrupt, p.Width, p.Height = from.Index, from.Missing, from.Corrupt, w, h
	p.Y, p.U, p.V = resize(p.Y, w*h), resize(p.U, w*h/4), resize(p.V, w*h/4)
	for i := range h {
		copy(p.Y[i*w:(i+1)*w], from.Y[(y+i)*from.Width+x:])
	}
	half := from.Width / 2
	for i := range h / 2 {
		copy(p.U[i*w/2:(i+1)*w/2], from.U[(y/2+i)*half+x/2:])
		copy(p.V[i*w/2:(i+1)*w/2], from.V[(y/2+i)*half+x/2:])
	}
}

package audio

import "math"

const (
	// cepstra is the number of mel-frequency cepstral coefficients by which the
	// timbre of a voice is described: c1 to c16. c0, the level, is left out; those
	// above describe single harmonics more than the vocal tract.
	cepstra = 16

	// timbreFrames is how many voiced frames on either side are compared: 1.5 s
	// of speech, some six syllables. Fewer tell syllables apart rather than voices,
	// more miss a voice that speaks for a second (weights/README.md has the figures).
	timbreFrames = 3 * FrameRate / 2

	// timbreLeast is the least number of voiced frames on either side: 0.8 s.
	timbreLeast = 4 * FrameRate / 5

	// timbreReach is how far from a place, in frames, speech counts as before or
	// behind it: 10 s. Across a longer pause nothing is compared.
	timbreReach = 10 * FrameRate

	// timbreFloor is added to the variance of every coefficient, in nepers^2 of
	// power, so that a tone held for seconds divides by something.
	timbreFloor = 0.05
)

// TimbreChange returns, (Frames), how much the timbre of the voice before a frame
// differs from that from the frame on: Hotelling's T^2 of the mel-frequency cepstra
// of the voiced frames on either side, at most 1.5 s of them each. It is NaN where
// nobody speaks, and where either side holds less than 0.8 s of speech within 10 s.
//
// The cepstra are those of Davis & Mermelstein (IEEE Trans. ASSP, 1980, eq. 1) of
// the log-mel steps, without c0. With m1, m2 their means over n1 and n2 voiced
// frames, and S the covariance of the steps about the mean of their own side
// (Hotelling 1931; Anderson, An Introduction to Multivariate Statistical
// Analysis, section 5.3.4),
//
//	T^2 = n1 n2/(n1+n2) (m1-m2)' S^-1 (m1-m2)
//
// which is the generalised likelihood ratio of Chen & Gopalakrishnan (DARPA
// Broadcast News Workshop, 1998) for two Gaussians that share their covariance:
// that of seconds of speech says more of the words than of who speaks them. T^2
// does not change with any gain or fixed filter on the whole sound, nor with
// pauses. Neighbouring steps are much alike, so it is no test statistic: what is
// large is told by genuine speech.
func TimbreChange(s *Sound) []float32 {
	out := make([]float32, s.Frames)
	var voiced []int
	for t := range out {
		out[t] = float32(math.NaN())
		if s.Voiced[t] {
			voiced = append(voiced, t)
		}
	}
	basis := newCepstralBasis()
	// Voiced frames first..i-1 are before, i..end-1 behind; each is described once
	// and kept until it leaves the window.
	var kept [2*timbreFrames + 1]cepstralSum
	var before, behind cepstralSum
	first, end := 0, 0
	for i, t := range voiced {
		for ; end < len(voiced) && end < i+timbreFrames && (end <= i || voiced[end]-t < timbreReach); end++ {
			k := &kept[end%len(kept)]
			basis.describe(k, s, voiced[end])
			behind.add(k, 1)
		}
		for ; first < i && (first < i-timbreFrames || t-voiced[first] > timbreReach); first++ {
			before.add(&kept[first%len(kept)], -1)
		}
		if i-first >= timbreLeast && end-i >= timbreLeast {
			out[t] = float32(hotelling(&before, &behind))
		}
		k := &kept[i%len(kept)]
		behind.add(k, -1)
		before.add(k, 1)
	}
	return out
}

// A cepstralBasis is the discrete cosine transform, type II, of a log-mel step:
// c[k] = sqrt(2/Bands) * sum over b of mel[b] cos(pi k (b+1/2)/Bands).
type cepstralBasis [cepstra][Bands]float64

func newCepstralBasis() *cepstralBasis {
	b := new(cepstralBasis)
	for k := range b {
		for i := range b[k] {
			b[k][i] = math.Sqrt(2./Bands) * math.Cos(math.Pi*float64(k+1)*(float64(i)+.5)/Bands)
		}
	}
	return b
}

// products is the number of pairs of coefficients.
const products = cepstra * (cepstra + 1) / 2

// fixedPoint is the scale of the integers in which cepstra are summed.
const fixedPoint = 1 << 16

// A cepstralSum is a sum over the steps of voiced frames, in integers of
// fixedPoint and its square: exact, so that a window may slide over hours without
// drift. Coefficients lie within ±150, and the squares of the steps of a window
// below 2^56.
type cepstralSum struct {
	frames  int64
	sum     [cepstra]int64
	product [products]int64 // (i, j <= i) in rows
}

// describe sets d to the sum over the steps of one frame.
func (b *cepstralBasis) describe(d *cepstralSum, s *Sound, frame int) {
	*d = cepstralSum{frames: 1}
	for step := frame * StepsPerFrame; step < (frame+1)*StepsPerFrame; step++ {
		mel := s.Mel[step*Bands : (step+1)*Bands]
		var c [cepstra]int64
		at := 0
		for k := range c {
			x := 0.0
			for i, v := range mel {
				x += b[k][i] * v.Nepers()
			}
			c[k] = int64(math.RoundToEven(x * fixedPoint))
			d.sum[k] += c[k]
			for j := range k + 1 {
				d.product[at] += c[k] * c[j]
				at++
			}
		}
	}
}

// add adds o (sign 1) or takes it away (sign -1).
func (d *cepstralSum) add(o *cepstralSum, sign int64) {
	d.frames += sign * o.frames
	for i, x := range o.sum {
		d.sum[i] += sign * x
	}
	for i, x := range o.product {
		d.product[i] += sign * x
	}
}

// hotelling returns T^2 of TimbreChange, by the Cholesky factor L of S:
// |y|^2 with L y = m1 - m2.
func hotelling(a, b *cepstralSum) float64 {
	na, nb := float64(a.frames*StepsPerFrame), float64(b.frames*StepsPerFrame)
	var ma, mb, y [cepstra]float64
	for i := range ma {
		ma[i], mb[i] = float64(a.sum[i])/fixedPoint/na, float64(b.sum[i])/fixedPoint/nb
	}
	var l [cepstra][cepstra]float64
	total, at := 0.0, 0
	for i := range l {
		y[i] = ma[i] - mb[i]
		for j := range i + 1 {
			x := float64(a.product[at]+b.product[at]) / fixedPoint / fixedPoint
			x = (x - na*ma[i]*ma[j] - nb*mb[i]*mb[j]) / (na + nb)
			at++
			for k := range j {
				x -= l[i][k] * l[j][k]
			}
			if j < i {
				l[i][j] = x / l[j][j]
				y[i] -= l[i][j] * y[j]
			} else {
				l[i][i] = math.Sqrt(math.Max(x, 0) + timbreFloor)
			}
		}
		y[i] /= l[i][i]
		total += y[i] * y[i]
	}
	return float64(a.frames) * float64(b.frames) / float64(a.frames+b.frames) * total
}

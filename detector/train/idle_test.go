package train

import (
	"context"
	"testing"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
)

// The share idleShare of the frames with speech lies below the fitted mouth activity.
func TestFitIdleActivity(t *testing.T) {
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var clips []*example
	for i := range 3 {
		clips = append(clips, madeExample(uint64(i), "a", 200))
	}
	activity, err := fitIdleActivity(context.Background(), r, clips)
	if err != nil {
		t.Fatal(err)
	}
	below, all := 0, 0
	for _, e := range clips {
		m, err := embedMouths(r, e, noImageChange(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range embed.MouthActivity(&embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: e.Seen}) {
			if e.Seen[i] && e.Voiced[i] {
				all++
				if float64(p) < activity {
					below++
				}
			}
		}
	}
	if share := float64(below) / float64(all); all == 0 || share < idleShare/2 || share > idleShare*1.5 {
		t.Errorf("%d of %d frames lie below %.3f, want a share of %.2f", below, all, activity, idleShare)
	}
	if activity, err := fitIdleActivity(context.Background(), r, nil); activity != 0 || err != nil {
		t.Errorf("without clips: %v, %v", activity, err)
	}
}

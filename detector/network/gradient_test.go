package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// checkGradient compares the gradient of sum(weights ⊙ f(inputs)) with central differences at
// up to 40 random entries of every input.
func checkGradient(t *testing.T, shapes [][]int, f func(in []*G.Node) (*G.Node, error)) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	g := G.NewGraph()
	var in G.Nodes
	var data [][]float32
	for i, s := range shapes {
		d := make([]float32, tensor.Shape(s).TotalSize())
		for j := range d {
			d[j] = float32(rng.NormFloat64())
		}
		data = append(data, d)
		in = append(in, G.NewTensor(g, tensor.Float32, len(s), G.WithShape(s...), G.WithName(fmt.Sprint("x", i)),
			G.WithValue(tensor.New(tensor.WithShape(s...), tensor.WithBacking(d)))))
	}
	y, err := f(in)
	if err != nil {
		t.Fatal(err)
	}
	weights := make([]float32, y.Shape().TotalSize())
	for i := range weights {
		weights[i] = float32(rng.NormFloat64())
	}
	w := G.NewTensor(g, tensor.Float32, len(y.Shape()), G.WithShape(y.Shape()...), G.WithName("weights"),
		G.WithValue(tensor.New(tensor.WithShape(y.Shape()...), tensor.WithBacking(weights))))
	cost := G.Must(G.Sum(G.Must(G.Reshape(G.Must(G.HadamardProd(y, w)), tensor.Shape{len(weights)}))))
	var out G.Value
	G.Read(y, &out)
	if _, err := G.Grad(cost, in...); err != nil {
		t.Fatal(err)
	}
	vm := G.NewTapeMachine(g, G.BindDualValues(in...))
	defer vm.Close()
	run := func() float64 {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
		var sum float64
		for i, v := range out.Data().([]float32) {
			sum += float64(v) * float64(weights[i])
		}
		return sum
	}
	clearGrads := func() {
		for _, n := range in {
			if v, err := n.Grad(); err == nil {
				v.(*tensor.Dense).Zero()
			}
		}
	}
	run()
	clearGrads()
	run()
	var grads [][]float32
	for _, n := range in {
		v, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		grads = append(grads, append([]float32(nil), v.Data().([]float32)...))
	}
	const eps = 1e-2
	for i, d := range data {
		var num, den float64
		for range min(len(d), 40) {
			j := rng.IntN(len(d))
			old := d[j]
			d[j] = old + eps
			up := run()
			d[j] = old - eps
			down := run()
			d[j] = old
			want := (up - down) / (2 * eps)
			num += (want - float64(grads[i][j])) * (want - float64(grads[i][j]))
			den += want * want
		}
		if rel := math.Sqrt(num / max(den, 1e-12)); rel > 2e-2 {
			t.Errorf("input %d of shape %v: relative error of the gradient %.3g, want 0.02 at most", i, shapes[i], rel)
		}
	}
}

func TestGradients(t *testing.T) {
	apply := func(c conv) func(in []*G.Node) (*G.Node, error) {
		return func(in []*G.Node) (*G.Node, error) { return c.apply(in[0], in[1], in[2]) }
	}
	tests := []struct {
		name   string
		shapes [][]int
		f      func(in []*G.Node) (*G.Node, error)
	}{
		{"strided padded convolution", [][]int{{2, 6, 8, 3}, {3, 3, 3, 4}, {4}}, apply(conv{kh: 3, kw: 3, strideH: 2, strideW: 2, padH: 1, padW: 1})},
		{"uneven convolution", [][]int{{2, 9, 10, 1}, {5, 5, 1, 3}, {3}}, apply(conv{kh: 5, kw: 5, strideH: 1, strideW: 2, padW: 2})},
		{"dilated temporal convolution", [][]int{{2, 12, 1, 3}, {3, 1, 3, 4}, {4}}, apply(conv{kh: 3, kw: 1, strideH: 1, strideW: 1, dilationH: 2})},
		{"padded dilated temporal convolution", [][]int{{2, 12, 1, 3}, {5, 1, 3, 4}, {4}}, apply(conv{kh: 5, kw: 1, strideH: 1, strideW: 1, dilationH: 3, padH: 6})},
		{"linear layer", [][]int{{2, 5, 1, 6}, {1, 1, 6, 4}, {4}}, apply(conv{kh: 1, kw: 1, strideH: 1, strideW: 1})},
		{"unit vectors", [][]int{{2, 3, 1, 5}}, func(in []*G.Node) (*G.Node, error) { return unit(in[0]) }},
		{"band", [][]int{{2, 4, 8}}, func(in []*G.Node) (*G.Node, error) { return banded(in[0]) }},
		{"unband", [][]int{{2, 4, 5}}, func(in []*G.Node) (*G.Node, error) { return unbanded(in[0]) }},
		{"temperature", [][]int{{4, 5}, {1}}, func(in []*G.Node) (*G.Node, error) { return warmed(in[0], in[1]) }},
		{"position", [][]int{{2, 4, 5}, {5}}, func(in []*G.Node) (*G.Node, error) { return plusRow(in[0], in[1]) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkGradient(t, test.shapes, test.f) })
	}
}

// Central differences are wrong at the kink of the rectifier, so results and gradients of the
// layers are compared with those of Gorgonia's own operations.
func TestConvolutionMatchesGorgonia(t *testing.T) {
	for _, l := range layers() {
		t.Run(l.name, func(t *testing.T) {
			shape := []int{2, max(l.kh*max(l.dilationH, 1), 7), max(l.kw, 7), l.in}
			if l.kw == 1 {
				shape[2] = 1
			}
			run := func(c func(x, w, b *G.Node) (*G.Node, error)) [][]float32 {
				r := rand.New(rand.NewPCG(5, 6))
				g := G.NewGraph()
				var in G.Nodes
				for i, s := range [][]int{shape, {l.kh, l.kw, l.in, l.out}, {l.out}} {
					d := make([]float32, tensor.Shape(s).TotalSize())
					for j := range d {
						d[j] = float32(r.NormFloat64())
					}
					in = append(in, G.NewTensor(g, tensor.Float32, len(s), G.WithShape(s...), G.WithName(fmt.Sprint("x", i)),
						G.WithValue(tensor.New(tensor.WithShape(s...), tensor.WithBacking(d)))))
				}
				y, err := c(in[0], in[1], in[2])
				if err != nil {
					t.Fatal(err)
				}
				var out G.Value
				G.Read(y, &out)
				flat := G.Must(G.Reshape(y, tensor.Shape{y.Shape().TotalSize()}))
				if _, err := G.Grad(G.Must(G.Sum(G.Must(G.Square(flat)))), in...); err != nil {
					t.Fatal(err)
				}
				vm := G.NewTapeMachine(g, G.BindDualValues(in...))
				defer vm.Close()
				if err := vm.RunAll(); err != nil {
					t.Fatal(err)
				}
				all := [][]float32{out.Data().([]float32)}
				for _, n := range in {
					v, err := n.Grad()
					if err != nil {
						t.Fatal(err)
					}
					d := v.(*tensor.Dense)
					if d.RequiresIterator() {
						d = d.Materialize().(*tensor.Dense)
					}
					all = append(all, d.Data().([]float32))
				}
				return all
			}
			l.leaf = false
			got, want := run(l.conv.apply), run(l.conv.plain)
			for i, name := range []string{"result", "∂x", "∂w", "∂b"} {
				var num, den float64
				if len(got[i]) != len(want[i]) {
					t.Fatalf("%s: %d numbers, want %d", name, len(got[i]), len(want[i]))
				}
				for j := range got[i] {
					num += math.Pow(float64(got[i][j]-want[i][j]), 2)
					den += math.Pow(float64(want[i][j]), 2)
				}
				if rel := math.Sqrt(num / den); !(rel < 1e-4) {
					t.Errorf("%s: relative error %.3g, want less than 1e-4", name, rel)
				}
			}
		})
	}
}

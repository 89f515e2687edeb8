package network

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A kernel is an operation of this package on float32 tensors in the form of a Gorgonia
// operation. Gorgonia merges kernels with the same name and the same inputs into one node, so
// the name must contain every parameter.
type kernel struct {
	name string
	dims []int        // number of axes of each input
	out  tensor.Shape // shape of the result
	// run writes the result to dst, whose previous content is arbitrary. try replaces run for
	// operations that can fail.
	run func(dst []float32, in ...[]float32)
	try func(dst []float32, in ...[]float32) error
	// grad returns the gradient node of each input; nil if the kernel is not differentiable.
	grad func(in G.Nodes, out, grad *G.Node) (G.Nodes, error)
	wrt  []bool // for each input, whether grad returns its gradient; nil for none

	result *tensor.Dense // memory of the result, reused in every run of the graph
}

func (k *kernel) apply(in ...*G.Node) (*G.Node, error) { return G.ApplyOp(k, in...) }

// Arity returns the number of inputs.
func (k *kernel) Arity() int { return len(k.dims) }

// Type returns the function type: float32 tensors to a float32 tensor.
func (k *kernel) Type() hm.Type {
	var ts []hm.Type
	for _, d := range append(append([]int(nil), k.dims...), k.out.Dims()) {
		ts = append(ts, G.TensorType{Dims: d, Of: tensor.Float32})
	}
	return hm.NewFnType(ts...)
}

// InferShape returns the shape of the result, which is fixed when the kernel is built.
func (k *kernel) InferShape(...G.DimSizer) (tensor.Shape, error) { return k.out.Clone(), nil }

// Do runs the kernel. The result is valid until the next run of the graph: its memory is
// reused, because a training step would otherwise allocate and clear hundreds of megabytes.
func (k *kernel) Do(in ...G.Value) (G.Value, error) {
	if k.result == nil {
		k.result = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(k.out...))
	}
	data := make([][]float32, len(in))
	for i, v := range in {
		d, ok := v.(*tensor.Dense)
		if !ok || d.Dtype() != tensor.Float32 {
			return nil, fmt.Errorf("%s: input %d is a %T, want a float32 tensor", k.name, i, v)
		}
		if d.RequiresIterator() {
			d = d.Materialize().(*tensor.Dense)
		}
		data[i] = d.Data().([]float32)
	}
	result := k.result.Data().([]float32)
	if k.try == nil {
		k.run(result, data...)
	} else if err := k.try(result, data...); err != nil {
		return nil, fmt.Errorf("%s: %w", k.name, err)
	}
	return k.result, nil
}

// ReturnsPtr returns true: the memory of the result outlives the call.
func (k *kernel) ReturnsPtr() bool { return true }

// CallsExtern returns false: Gorgonia need not treat the kernel as a foreign call.
func (k *kernel) CallsExtern() bool { return false }

// OverwritesInput returns -1: no input is overwritten.
func (k *kernel) OverwritesInput() int { return -1 }

// WriteHash writes the name and the shapes, which identify the kernel.
func (k *kernel) WriteHash(h hash.Hash) { fmt.Fprintf(h, "%s%v%v", k.name, k.dims, k.out) }

// Hashcode returns the 32-bit FNV-1a hash of what WriteHash writes.
func (k *kernel) Hashcode() uint32 {
	h := fnv.New32a()
	k.WriteHash(h)
	return h.Sum32()
}

func (k *kernel) String() string { return k.name }

// DiffWRT reports for each input whether the kernel is differentiable with respect to it.
func (k *kernel) DiffWRT(int) []bool {
	if k.wrt == nil {
		return make([]bool, len(k.dims))
	}
	return k.wrt
}

// SymDiff returns the gradient nodes of the inputs.
func (k *kernel) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	if k.grad == nil {
		return nil, fmt.Errorf("%s has no gradient", k.name)
	}
	return k.grad(in, out, grad)
}

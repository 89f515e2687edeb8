package network

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A kernel is one of this package's own operations on float32 tensors as
// Gorgonia sees it. Two kernels with the same name and the same inputs are the
// same node, so the name holds every parameter.
type kernel struct {
	name string
	dims []int        // number of axes of each input
	out  tensor.Shape // shape of the result
	// run writes the result to dst, which holds anything before; try does where that can fail.
	run func(dst []float32, in ...[]float32)
	try func(dst []float32, in ...[]float32) error
	// grad gives the gradient node for each input; nil where there is none to give.
	grad func(in G.Nodes, out, grad *G.Node) (G.Nodes, error)
	wrt  []bool // which inputs grad answers for

	result *tensor.Dense // memory of the result, the same in every run of the graph
}

func (k *kernel) apply(in ...*G.Node) (*G.Node, error) { return G.ApplyOp(k, in...) }

// Arity is the number of inputs.
func (k *kernel) Arity() int { return len(k.dims) }

// Type is the function type: tensors of float32 to a tensor of float32.
func (k *kernel) Type() hm.Type {
	var ts []hm.Type
	for _, d := range append(append([]int(nil), k.dims...), k.out.Dims()) {
		ts = append(ts, G.TensorType{Dims: d, Of: tensor.Float32})
	}
	return hm.NewFnType(ts...)
}

// InferShape returns the shape that the kernel was built for.
func (k *kernel) InferShape(...G.DimSizer) (tensor.Shape, error) { return k.out.Clone(), nil }

// Do runs the kernel. Its result lives until the graph runs again: a training
// step would otherwise allocate and clear hundreds of megabytes.
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

// ReturnsPtr says that the result is memory that outlives the call.
func (k *kernel) ReturnsPtr() bool { return true }

// CallsExtern says that Gorgonia need not treat the kernel as a foreign call.
func (k *kernel) CallsExtern() bool { return false }

// OverwritesInput says that no input is overwritten.
func (k *kernel) OverwritesInput() int { return -1 }

// WriteHash writes what tells this kernel from others.
func (k *kernel) WriteHash(h hash.Hash) { fmt.Fprintf(h, "%s%v%v", k.name, k.dims, k.out) }

// Hashcode is the hash of WriteHash.
func (k *kernel) Hashcode() uint32 {
	h := fnv.New32a()
	k.WriteHash(h)
	return h.Sum32()
}

func (k *kernel) String() string { return k.name }

// DiffWRT says by which inputs the kernel can be differentiated.
func (k *kernel) DiffWRT(int) []bool {
	if k.wrt == nil {
		return make([]bool, len(k.dims))
	}
	return k.wrt
}

// SymDiff returns the gradient nodes.
func (k *kernel) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	if k.grad == nil {
		return nil, fmt.Errorf("%s has no gradient", k.name)
	}
	return k.grad(in, out, grad)
}
